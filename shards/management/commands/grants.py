from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from config.grants import RIGHTS, grants
from shards import directory


class Command(BaseCommand):
    help = (
        "Print the statements that make three database users with no more rights than each needs: one that migrates, "
        "one that the application uses (DATABASE_APP_USER), one that reads. An administrator of each server runs "
        "them, with passwords of their own. Example: manage.py grants --host '10.0.%%' --database finance_shard_3"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="%", help="where these users may come from (default: anywhere)")
        parser.add_argument(
            "--database", action="append", help="name of a database, may be repeated; all that are known if left out"
        )
        for role in RIGHTS:
            parser.add_argument(
                f"--{role}", default=f"finance_{role}", help=f"name of the user (default: finance_{role})"
            )

    def handle(self, *, host: str, database: list[str] | None, **options: Any) -> None:
        for server, databases in ({"": database} if database else _databases_by_server()).items():
            self.stdout.write(f"-- on {server or 'the server of these databases'}, as an administrator")
            for role in RIGHTS:
                account = f"{_quoted(options[role])}@{_quoted(host)}"
                self.stdout.write(f"CREATE USER IF NOT EXISTS {account} IDENTIFIED BY 'choose a password';")
                for name in databases:
                    for grant in grants(role, name, account):
                        self.stdout.write(f"{grant};")


def _databases_by_server() -> dict[str, list[str]]:
    directory.refresh()
    servers = defaultdict(list)
    for alias in sorted(connections.settings):
        at = connections.settings[alias]
        servers[f"{at['HOST']}:{at['PORT']}"].append(str(at["NAME"]))
    return servers


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
