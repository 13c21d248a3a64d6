"""A million messages in one room, and a million rooms of one account: each page's plan, and its time beside a small
table's. A plan with a filesort, or without its index, ends the run.
"""

from time import perf_counter
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections
from rich.table import Table

from accounts.services import account_insert
from chat import services
from chat.live import keys, writer
from chat.services import Said
from config.databases import shard_alias
from config.redis import streams as redis
from shards.placement import shard_of
from tests.bench.rounds import interleaved, table
from tests.chat.test_plans import check, fill, queries_of

SIZES = {"20,000 rows": 20_000, "1,000,000 rows": 1_000_000}
ROUNDS, PAGES = 5, 40
NAMES = ("rooms", "path, newest first", "path, on from a place", "all, newest first", "all, on from a place")


def measure() -> Table:
    key = account_insert(
        platform_type=1,
        account_id="reader",
        password_hash=make_password(None),
        email="reader@example.com",
        nickname="Reader",
    ).account_db_key
    room_id = services.room_create(account_db_key=key).room_id
    redis().delete(keys.live(shard_of(key)))  # of an earlier run, whose databases are gone
    services.message_send(account_db_key=key, room_id=room_id, said=Said("How did my AAPL alarm do?"))
    shard_id = shard_of(key)
    writer.write(shard_id)
    alias = shard_alias(shard_id)
    queries = queries_of(key, room_id)
    seconds: dict[str, list[float]] = {}
    there = 1
    for size, rows in SIZES.items():
        begun = perf_counter()
        fill(alias, rows, there)
        there, filled = rows, perf_counter() - begun
        check(alias, queries)
        pages = {f"{name}, {size}": _reading(alias, query) for name, query in zip(NAMES, queries, strict=True)}
        seconds |= interleaved(pages, ROUNDS)
    result = table("A page of 50; no plan has a filesort, each has its index", seconds, PAGES, "µs a page")
    result.add_row(f"the last of them were made in {filled:.0f} s")
    return result


def _reading(alias: str, query: str) -> Any:
    def read() -> None:
        with connections[alias].cursor() as cursor:
            for _ in range(PAGES):
                cursor.execute(query)
                cursor.fetchall()

    return read
