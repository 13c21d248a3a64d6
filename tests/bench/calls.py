"""`procedures.call` beside the bare driver and beside aiomysql: the same routine, ten rows, one connection each."""

import asyncio
from collections.abc import Callable
from typing import Any

from django.db import connections
from rich.table import Table

from shards.scope import on_shard
from signals import procedures
from tests.bench import data
from tests.bench.baselines import bare_mysqlclient, pooled_aiomysql
from tests.bench.rounds import interleaved, ratio, table, verdict

ROUNDS, CALLS, ROWS = 25, 200, 10
STATEMENT = "CALL fp_signal_history_list(%s,%s,%s,%s,%s,%s)"
ARGUMENTS: dict[str, Any] = {
    "account_db_key": 1001,
    "symbol": None,
    "alarm_id": None,
    "before_session": None,
    "before_signal_id": None,
    "limit": ROWS,
}


def measure() -> Table:
    data.history(1, account_db_key=1001, count=50)
    settings = connections["shard_1"].settings_dict
    values = list(ARGUMENTS.values())
    bare = bare_mysqlclient.connect(settings)
    with asyncio.Runner() as runner, on_shard(1):
        pool = runner.run(pooled_aiomysql.pool(settings))

        async def aiomysql_calls() -> None:
            for _ in range(CALLS):
                await pooled_aiomysql.call(pool, STATEMENT, values)

        seconds = interleaved(
            {
                "bare mysqlclient": _repeated(lambda: bare_mysqlclient.call(bare, STATEMENT, values)),
                "procedures.call": _repeated(lambda: procedures.signal_history_list(**ARGUMENTS)),
                "aiomysql": lambda: runner.run(aiomysql_calls()),
            },
            ROUNDS,
        )
        pool.terminate()
        runner.run(pool.wait_closed())
    bare.close()
    columns = table(f"CALL of {ROWS} typed rows", seconds, CALLS, "µs a call")
    verdict(
        columns, "procedures.call / bare", ratio(seconds, "procedures.call", "bare mysqlclient"), 1.25, at_most=True
    )
    verdict(columns, "aiomysql / procedures.call", ratio(seconds, "aiomysql", "procedures.call"), 1.2, at_most=False)
    return columns


def _repeated(call: Callable[[], object]) -> Callable[[], None]:
    def contestant() -> None:
        for _ in range(CALLS):
            call()

    return contestant
