"""Migrations of several databases at once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.databases import GLOBAL, shard_id_of, to_url
from config.env import BASE_DIR


def progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def migrate(aliases: list[str], shown: Progress) -> dict[str, str]:
    """A process each: migrations keep state per process. Returns what failed."""
    tasks = {alias: shown.add_task(f"{alias}: migrating", total=1) for alias in aliases}

    def one(alias: str) -> str | None:
        command = [
            sys.executable,
            str(BASE_DIR / "manage.py"),
            "migrate",
            f"--database={alias}",
            "--verbosity=0",
            "--no-input",
        ]
        environment = os.environ.copy()
        if alias != GLOBAL:  # `migrate` takes no alias that it learns of later, as from a row of table_shard_config
            environment[f"SHARD_{shard_id_of(alias)}_DATABASE_URL"] = to_url(connections.settings[alias])
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # our own command
        word = "up to date" if done.returncode == 0 else "FAILED"
        shown.update(tasks[alias], description=f"{alias}: {word}", completed=1)
        return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]

    with ThreadPoolExecutor(max_workers=8) as pool:
        results = dict(zip(aliases, pool.map(one, aliases), strict=True))
    return {alias: text for alias, text in results.items() if text is not None}
