"""`make bench`: what the platform costs beside the bare thing, measured side by side in one run.

    python -m tests.bench            every comparison
    python -m tests.bench calls      one of them

Rounds are interleaved and figures are medians; on shared machines only the ratios mean anything. Works on databases
of its own (`bench_finance_*`) on the test servers, and drops them at the end.
"""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

os.environ["APP_ENV"] = "test"
os.environ["DATABASE_PROGRAM"] = "worker"
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"

from rich.console import Console

from config.stack import Stack

ROOT = Path(__file__).resolve().parent.parent.parent
URLS = ("DATABASE_URL", "SHARD_1_DATABASE_URL", "SHARD_2_DATABASE_URL")
COMPARISONS = (
    "calls",
    "api",
    "fan_out",
    "login_times",
    "notifications",
    "idle_streams",
    "chat",
    "chat_pages",
    "chat_first_text",
    "outbox",
    "outbox_history",
    "kalman",
    "bollinger",
    "evaluate",
    "orders",
    "shard_statistics",
)


def main() -> None:
    console = Console(width=120)
    wanted = sys.argv[1:] or list(COMPARISONS)
    unknown = set(wanted) - set(COMPARISONS)
    if unknown:
        sys.exit(f"no such comparison: {', '.join(sorted(unknown))}; there are {', '.join(COMPARISONS)}")
    with console.status("making the bench's databases"):
        _make_databases()
    import django

    django.setup()
    from importlib import import_module

    try:
        for name in wanted:
            with console.status(f"measuring {name}"):
                table = import_module(f"tests.bench.{name}").measure()
            console.print(table)
    finally:
        _drop_databases()


def _make_databases() -> None:
    os.environ.update(
        {k: v for k, v in Stack.load("test").environment().items() if k not in URLS or k not in os.environ}
    )
    for name in URLS:
        parts = urlsplit(os.environ[name])
        os.environ[name] = urlunsplit(parts._replace(path=f"/bench_{parts.path.strip('/')}"))
        _on_server(name, "DROP DATABASE IF EXISTS {0}", "CREATE DATABASE {0} COLLATE utf8mb4_unicode_520_ci")
    for command in ("migrate_all", "seed"):
        platform = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}  # the baselines make their own tables
        subprocess.run([sys.executable, ROOT / "manage.py", command], check=True, capture_output=True, env=platform)


def _drop_databases() -> None:
    for name in URLS:
        _on_server(name, "DROP DATABASE IF EXISTS {0}")


def _on_server(variable: str, *statements: str) -> None:
    import MySQLdb

    from config.databases import from_url

    at = from_url(os.environ[variable])
    connection = MySQLdb.connect(host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(at["NAME"]))
    connection.close()


main()
