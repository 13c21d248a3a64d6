"""Databases that one test makes and drops, on the servers of the suite; and `manage.py` on them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.db import connections

from config.databases import mysql
from config.env import BASE_DIR
from shards.operations import install
from shards.routines import expected_on


@contextmanager
def database(name: str, *, beside: str) -> Iterator[str]:
    """An empty database on the server of the alias `beside`; yields its URL."""
    at = connections.settings[beside]
    name = f"test_scratch_{name}_{os.environ.get('TEST_DATABASE_SUFFIX', '')}".rstrip("_")
    execute(beside, f"DROP DATABASE IF EXISTS {name}")
    execute(beside, f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE {at['TEST']['COLLATION']}")
    try:
        yield f"mysql://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{name}"
    finally:
        execute(beside, f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def alias(name: str, url: str, *, beside: str) -> Iterator[str]:
    """The database behind `url` as an alias of this process, for as long as the block runs."""
    at = connections.settings[beside]
    connections.settings[name] = mysql(
        name=url.rpartition("/")[2], host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"]
    )
    try:
        yield name
    finally:
        forget(name)


def tables_with_triggers(name: str, *, like: str) -> None:
    """Empty copies on the alias `name` of the tables that have triggers: a trigger needs its table."""
    of = connections.settings[like]["NAME"]
    for routine in expected_on(name):
        if routine.kind == "TRIGGER":
            table = re.sub(r"^tr_|_(insert|update|delete)$", "", routine.name)
            execute(name, f"CREATE TABLE IF NOT EXISTS {table} LIKE {of}.{table}")


def forget(name: str) -> None:
    """Drop an alias, and this thread's connection to it."""
    if name in connections.settings:
        connections[name].close()
        del connections[name]
        del connections.settings[name]


@contextmanager
def shard(name: str, *, beside: str) -> Iterator[str]:
    """A database like the shard `beside`, without its rows; yields its name."""
    with database(name, beside=beside) as url:
        like = connections.settings[beside]["NAME"]
        with alias("scratch", url, beside=beside), connections["scratch"].cursor() as cursor:
            cursor.execute(f"SHOW TABLES FROM {like}")
            for (table,) in cursor.fetchall():
                cursor.execute(f"CREATE TABLE {table} LIKE {like}.{table}")
            for folder in sorted({routine.folder for routine in expected_on(beside)}):
                install(connections["scratch"], folder)
        yield url.rpartition("/")[2]


def execute(beside: str, statement: str) -> list[tuple]:
    """On a connection of its own: DDL commits whatever is open on the one that it goes through."""
    connection = connections[beside].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION lock_wait_timeout = 10")  # a test that holds a lock fails, and does not hang
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own, with these variables in its environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=os.environ | {"APP_ENV": "test"} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
