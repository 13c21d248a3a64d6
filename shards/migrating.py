"""Migrations of several databases at once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.databases import GLOBAL, shard_id_of, to_url
from config.env import BASE_DIR


def progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def migrate(aliases: list[str], shown: Progress) -> dict[str, str]:
    """A process for each that has something to apply: migrations keep state per process. Returns what failed."""
    tasks = {alias: shown.add_task(f"{alias}: migrating", total=1) for alias in aliases}
    waiting = []
    for alias, task in tasks.items():
        if _is_current(alias):
            shown.update(task, description=f"{alias}: up to date", completed=1)
        else:
            waiting.append(alias)

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
        results = dict(zip(waiting, pool.map(one, waiting), strict=True))
    return {alias: text for alias, text in results.items() if text is not None}


def _is_current(alias: str) -> bool:
    """Whether `migrate` has nothing to apply; its last step is then done here: an earlier run may have died."""
    try:
        executor = MigrationExecutor(connections[alias])
        executor.loader.check_consistent_history(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
    except (DatabaseError, InconsistentMigrationHistory):
        return False  # `migrate` itself says what is wrong
    emit_post_migrate_signal(verbosity=0, interactive=False, db=alias)
    return True
