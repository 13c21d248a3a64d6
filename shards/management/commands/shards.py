from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error
from rich.console import Console
from rich.table import Table

from config.databases import GLOBAL, shard_id_of
from shards import directory, vitals
from shards.models import ShardConfig

HELP = """\
How the global database and every shard fare, side by side; one that does not answer is named, and delays no other.

  manage.py shards               state, accounts, latency, connections, lock waits, size
  manage.py shards --tables      the largest tables of each
  manage.py shards --slow        statements by the time they took in all since the server's start

Exit status 1 when one that should serve does not answer.
"""
SHOWN = 10
MEGABYTE = 1_000_000


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--tables", action="store_true", help="the largest tables of each database")
        choice.add_argument("--slow", action="store_true", help="the statements that took the most time")

    def handle(self, *, tables: bool, slow: bool, **options: Any) -> None:
        width = None if self.stdout.isatty() else 160
        self.console = Console(file=self.stdout, width=width)  # type: ignore[arg-type]  # writes like a file
        directory.refresh()
        found: dict[str, Any]
        if tables:
            found = vitals.ask_all(lambda cursor: vitals.tables(cursor)[:SHOWN])
            self._lists(found, ["table", "rows (about)", "data MB", "indexes MB"], _table_row)
        elif slow:
            found = vitals.ask_all(lambda cursor: vitals.slowest(cursor, SHOWN))
            self._lists(found, ["statement", "calls", "mean ms", "total ms", "rows examined"], _slow_row)
        else:
            found = vitals.ask_all(vitals.vitals)
            self.console.print(_overview(found))
        if any(isinstance(answer, Error) for answer in found.values()):
            raise SystemExit(1)

    def _lists(self, found: dict[str, Any], columns: list[str], row: Any) -> None:
        for alias, answer in found.items():
            if isinstance(answer, Error):
                self.console.print(f"{alias}: {_reason(answer)}")
                continue
            table = Table(columns[0], title=alias, title_justify="left")
            for column in columns[1:]:
                table.add_column(column, justify="right")
            for entry in answer:
                table.add_row(*row(entry))
            self.console.print(table)


def _overview(found: dict[str, Any]) -> Table:
    table = Table("database", "state", "where")
    for column in ("accounts", "ms", "connections", "running", "lock waits", "slow", "MB", "rows (about)"):
        table.add_column(column, justify="right")
    shards = {shard.shard_id: shard for shard in ShardConfig.objects.select_related("stats")}
    for alias, answer in found.items():
        shard = shards.get(shard_id_of(alias) or 0)
        state = "active" if alias == GLOBAL else directory.status(shard_id_of(alias) or 0)
        where = f"{shard.host}:{shard.port}" if shard else ""
        accounts = str(shard.stats.user_count) if shard and hasattr(shard, "stats") else ""
        if isinstance(answer, Error):
            table.add_row(alias, f"[red]{_reason(answer)}[/red]", where, accounts)
        else:
            table.add_row(alias, state, where, accounts, *_figures(answer))
    for shard in shards.values():
        if shard.status == directory.DISABLED:
            table.add_row(f"shard_{shard.shard_id}", "disabled", f"{shard.host}:{shard.port}")
    return table


def _figures(vital: vitals.Vitals) -> list[str]:
    return [
        f"{vital.latency_ms:.2f}",
        f"{vital.connections}/{vital.max_connections}",
        str(vital.running),
        str(vital.lock_waits),
        str(vital.slow_queries),
        f"{vital.bytes / MEGABYTE:.1f}",
        f"{vital.rows:,}",
    ]


def _table_row(table: vitals.TableSize) -> list[str]:
    sizes = (f"{size / MEGABYTE:.1f}" for size in (table.data_bytes, table.index_bytes))
    return [table.table, f"{table.rows:,}", *sizes]


def _slow_row(slow: vitals.Slow) -> list[str]:
    figures = (f"{slow.calls:,}", f"{slow.mean_ms:.2f}", f"{slow.total_ms:.0f}", f"{slow.rows_examined:,}")
    return [slow.statement[:100], *figures]


def _reason(error: Error) -> str:
    return f"does not answer: {error.args[-1] if error.args else error}"
