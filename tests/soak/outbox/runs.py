"""One run on a platform's servers, in databases of its own."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from functools import partial
from typing import Any

from redis import Redis

from config.stack import DATABASE_URLS, ROOT
from config.stack_databases import COLLATION
from tests.e2e.platform import Platform
from tests.soak.outbox.plan import Plan
from tests.soak.outbox.verdict import Report, judge

REDIS_DATABASE = 7
UNITS = "CREATE TABLE soak_units (unit BINARY(16) PRIMARY KEY)"
EFFECTS = """
CREATE TABLE soak_effects (
    effect_no BIGINT AUTO_INCREMENT PRIMARY KEY,
    partition_key VARCHAR(128) NOT NULL,
    sequence_no BIGINT NOT NULL,
    event_id BINARY(16) NOT NULL
)
"""


def run_on(platform: Platform, plan: Plan, *, shows: bool = False) -> Report:
    home = platform.home / "soak"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    _make_databases(platform)
    environment = platform.environment | _urls(platform) | {"APP_ENV": "test", "DATABASE_PROGRAM": "worker"}
    redis = Redis.from_url(environment["REDIS_URL"])
    redis.flushdb()
    code = (
        "import django; django.setup(); from tests.soak.outbox import bugs, databases, driver;"
        f"databases.install_all(); bugs.plant_in_databases({plan.bug!r});"
        f"driver.main({plan._asdict()!r}, {str(home)!r}, {str(platform.stack.home.parent)!r})"
    )
    with (home / "log").open("wb") as log:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"},
            stdout=subprocess.PIPE,
            stderr=None if shows else log,
            check=False,
        )
    assert done.returncode == 0, (home / "log").read_text()[-3_000:]
    return judge(plan, Counter(json.loads(done.stdout)), home, partial(query, platform), _entries(redis))


def query(platform: Platform, database: str, sql: str) -> list[tuple[Any, ...]]:
    for table in ("soak_units", "soak_effects", "universal_outbox", "outbox_parked"):
        sql = sql.replace(f" {table}", f" soak_{database}.{table}")
    return platform.query(database, sql)


def _entries(redis: Any) -> dict[str, list[bytes]]:
    """Stream -> the envelopes in it."""
    streams = redis.scan_iter("outbox:*:*:*", count=1_000)
    return {stream.decode(): [fields[b"event"] for _, fields in redis.xrange(stream)] for stream in streams}


def _urls(platform: Platform) -> dict[str, str]:
    urls = {
        DATABASE_URLS[name]: server.url.replace(f"/{server.database}", f"/soak_{name}")
        for name, server in platform.stack.databases.items()
    }
    urls["DATABASE_APP_USER"] = ""  # these databases are no names that it has rights on
    for variable in ("REDIS_URL", "CACHE_URL"):
        urls[variable] = platform.environment[variable].replace("/0", f"/{REDIS_DATABASE}")
    return urls


def _make_databases(platform: Platform) -> None:
    """Empty copies of the platform's own, which are migrated already."""
    for name, server in platform.stack.databases.items():
        platform.query(name, f"DROP DATABASE IF EXISTS soak_{name}")
        platform.query(name, f"CREATE DATABASE soak_{name} CHARACTER SET utf8mb4 COLLATE {COLLATION}")
        for (table,) in platform.query(name, "SHOW TABLES"):
            platform.query(name, f"CREATE TABLE soak_{name}.{table} LIKE {server.database}.{table}")
        for statement in (UNITS, EFFECTS):
            platform.query(name, statement.replace("soak_", f"soak_{name}.soak_", 1))
