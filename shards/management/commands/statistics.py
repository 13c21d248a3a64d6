from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from shards import directory
from shards.statistics import rollup
from shards.statistics.gathering import DEADLINE_SECONDS

HELP = """\
What the rows of all shards add up to, shard by shard and in all. A shard that did not answer is named, with its last
figures.

  manage.py statistics             as the job gathered them last
  manage.py statistics --refresh   gathers now
  manage.py statistics --compare   gathers now, keeps nothing, and tells what differs from what is kept

Exit status 1 when a shard is missing, or a figure differs.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--refresh", action="store_true")
        choice.add_argument("--compare", action="store_true")
        parser.add_argument("--deadline", type=float, default=DEADLINE_SECONDS, help="seconds; default: %(default)g")

    def handle(self, *, refresh: bool, compare: bool, deadline: float, **options: Any) -> None:
        directory.refresh()
        if compare:
            self._compare(deadline)
            return
        if refresh:
            rollup.refresh(deadline)
        kept = rollup.roll_up()
        console = Console(file=self.stdout, width=None if self.stdout.isatty() else 160)  # type: ignore[arg-type]
        console.print(_table(kept))
        if kept.missing:
            lines = [f"shard {shard_id} is missing {why}" for shard_id, why in kept.missing.items()]
            raise CommandError("\n".join(["not whole:", *lines]))

    def _compare(self, deadline: float) -> None:
        found = rollup.differences(deadline)
        for shard_id, what in found.items():
            if isinstance(what, str):
                self.stdout.write(f"shard {shard_id} is missing: {what}")
                continue
            for name, (kept, is_) in what.items():
                self.stdout.write(f"shard {shard_id}: {name} is {is_:,}, kept is {kept}")
        if found:
            raise CommandError("what is kept is not what is")
        self.stdout.write("what is kept is what is")


def _table(kept: rollup.RollUp) -> Table:
    table = Table("figure")
    for shard_id in kept.shards:
        table.add_column(f"shard {shard_id}{' (missing)' if shard_id in kept.missing else ''}", justify="right")
    table.add_column("all that is known" if kept.missing else "all", justify="right")
    for name, total in kept.figures.items():
        table.add_row(name, *(f"{figures.get(name, 0):,}" for figures in kept.shards.values()), f"{total:,}")
    return table
