from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError

from shards.reconcile import differences


class Command(BaseCommand):
    help = (
        "After a restore: compare sequences, residence, mapping, user counts, consumers and streams of all databases, "
        "and say what would be done about each difference; --apply does it and compares again. Safe to repeat. Exit "
        "status 1 while a difference is left. Example: manage.py reconcile --apply"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="repair what can be repaired")

    def handle(self, *, apply: bool, **options: Any) -> None:
        left = self._walk(apply=apply)
        if apply:
            self.stdout.write("compared again:")
            left = self._walk(apply=False)
        if left:
            raise CommandError(f"differences: {', '.join(f'{count} {subject}' for subject, count in left.items())}")
        self.stdout.write("no difference left")

    def _walk(self, *, apply: bool) -> Counter[str]:
        found: Counter[str] = Counter()
        for finding in differences():
            found[finding.subject] += 1
            done = "by hand" if finding.repair is None else "would be repaired"
            if apply and finding.repair is not None:
                try:
                    finding.repair()
                    done = "repaired"
                except DatabaseError as error:
                    done = f"NOT repaired: {error}"
            self.stdout.write(f"{finding.database}: {finding.subject}: {finding.what} [{done}]")
        return found
