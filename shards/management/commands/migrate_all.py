import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.databases import GLOBAL, shard_id_of, to_url
from shards import directory


class Command(BaseCommand):
    help = "Migrate every database: the global one first, then all shards side by side. Example: manage.py migrate_all"

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            failed = _migrate([GLOBAL], progress)
            if not failed:
                directory.refresh()  # shards that only table_shard_config knows
                failed = _migrate(sorted(set(connections.settings) - {GLOBAL}), progress)
        if failed:
            raise CommandError("\n".join(f"{alias}: {text}" for alias, text in failed.items()))


def _migrate(aliases: list[str], progress: Progress) -> dict[str, str]:
    """A process each: migrations keep state per process. Returns what failed."""
    tasks = {alias: progress.add_task(f"{alias}: migrating", total=1) for alias in aliases}

    def one(alias: str) -> str | None:
        command = [sys.executable, sys.argv[0], "migrate", f"--database={alias}", "--verbosity=0", "--no-input"]
        environment = os.environ.copy()
        if alias != GLOBAL:  # `migrate` takes no alias that it learns of later, as from a row of table_shard_config
            environment[f"SHARD_{shard_id_of(alias)}_DATABASE_URL"] = to_url(connections.settings[alias])
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # our own command
        word = "up to date" if done.returncode == 0 else "FAILED"
        progress.update(tasks[alias], description=f"{alias}: {word}", completed=1)
        return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]

    with ThreadPoolExecutor(max_workers=8) as pool:
        results = dict(zip(aliases, pool.map(one, aliases), strict=True))
    return {alias: text for alias, text in results.items() if text is not None}
