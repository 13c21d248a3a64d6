from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from accounts.portfolio import ledger
from shards import directory
from shards.exceptions import ShardUnavailable
from shards.scope import on_shard


class Command(BaseCommand):
    help = (
        "Compare every ledger with balances, positions and orders, on every shard; exit status 1 when any differs or "
        "a shard cannot be read. May run at any time. Example: manage.py ledger_check --shard 1"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shard", type=int, action="append", help="only this shard; may be repeated")

    def handle(self, *args: Any, shard: list[int] | None, **options: Any) -> None:
        directory.refresh()
        is_good = True
        columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed} accounts"), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            for shard_id in shard or directory.served_shard_ids():
                task = progress.add_task(f"shard_{shard_id}", total=None)
                lines, accounts = _lines(shard_id, lambda more, task=task: progress.advance(task, more))
                is_good &= not lines
                self.stdout.write(f"shard_{shard_id}: {accounts} accounts, {len(lines)} findings")
                for line in lines:
                    self.stdout.write(f"  {line}")
        if not is_good:
            raise CommandError("the ledger check found differences")


def _lines(shard_id: int, advance: Any) -> tuple[list[str], int]:
    """What to print of one shard, and how many accounts were looked at."""
    seen = 0

    def progress(accounts: int) -> None:
        nonlocal seen
        seen += accounts
        advance(accounts)

    try:
        with on_shard(shard_id):
            found = ledger.check(progress)
    except (ShardUnavailable, Error) as error:
        return [f"not checked: {error}"], seen
    return [f"account {row.account_db_key}: {row.finding}: {row.detail}" for row in found], seen
