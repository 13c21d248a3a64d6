"""Sagas that move money between tables on two servers; the tables are made by the tests that use them.

A transfer goes from a purse on shard 1 to one on shard 2: withdraw (here), book (outside: a bank that knows each key
once), deposit (shard 2), note (here, the pivot), announce (the global database). Its amount says how it goes: one that
7 divides is refused at the deposit, by 11 at the note, and by 5 meets trouble at the first try of most steps.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connections

from config.refusals import Refusal
from shards.saga import definitions
from shards.saga.definitions import OUTSIDE, Action, Data, Definition, Retry, Run, Step
from shards.scope import current_alias

TYPE = "test.transfer"
PURSES = 6
BALANCE = Decimal(1000)
LIVE = ("default", "shard_1", "shard_2")
TABLES = {
    "saga_test_purses": "owner INT PRIMARY KEY, balance DECIMAL(19,6) NOT NULL, CHECK (balance >= 0)",
    "saga_test_ledger": (
        "saga_id BINARY(16), what VARCHAR(20), owner INT NOT NULL, amount DECIMAL(19,6) NOT NULL,"
        " PRIMARY KEY (saga_id, what)"
    ),
    "saga_test_bank": "id BINARY(16) PRIMARY KEY, amount DECIMAL(19,6) NOT NULL, is_void BOOLEAN NOT NULL DEFAULT 0",
}
RETRY = Retry(tries=30, first=0.02, most=0.1)
TIMEOUT = 0.4


class NotEnough(Refusal):
    code, status, detail = "test_not_enough", 409, "The purse does not hold so much."


class NotWanted(Refusal):
    code, status, detail = "test_not_wanted", 409, "Not this amount."


class Flaky(Exception):
    pass


def make_tables(execute: Callable[[str, str], Any]) -> None:
    """`execute(alias, statement)` runs outside of the tests' transactions."""
    for alias in LIVE:
        for table, columns in TABLES.items():
            execute(alias, f"DROP TABLE IF EXISTS {table}")
            execute(alias, f"CREATE TABLE {table} ({columns})")
        for owner in range(PURSES):
            execute(alias, f"INSERT INTO saga_test_purses VALUES ({owner}, {BALANCE})")  # noqa: S608


def drop_tables(execute: Callable[[str, str], Any]) -> None:
    for alias in LIVE:
        for table in TABLES:
            execute(alias, f"DROP TABLE IF EXISTS {table}")


def define() -> None:
    definitions.SAGA_TYPES[TYPE] = "a test's"
    if TYPE not in definitions._definitions:
        definitions.define(Definition(TYPE, 1, STEPS, pivot="note"))


def undefine() -> None:
    definitions.SAGA_TYPES.pop(TYPE, None)
    definitions._definitions.pop(TYPE, None)


def _sql(statement: str, *values: Any) -> int:
    with connections[current_alias()].cursor() as cursor:
        return int(cursor.execute(statement, values))


def _move(run: Run, what: str, owner: int, amount: Decimal) -> None:
    """Fails with 1062 when this was done before: a step that runs twice is seen."""
    _sql("INSERT INTO saga_test_ledger VALUES (%s, %s, %s, %s)", run.saga_id.bytes, what, owner, amount)
    if not _sql(
        "UPDATE saga_test_purses SET balance = balance + %s WHERE owner = %s AND balance + %s >= 0",
        amount,
        owner,
        amount,
    ):
        raise NotEnough


def _flaky(action: Action) -> Action:
    """Does its work and fails all the same, at the first try of an amount that is a multiple of 5."""

    def tried(run: Run) -> Data | None:
        answer = action(run)
        if int(run.data["amount"]) % 5 == 0 and run.tries == 1:
            raise Flaky("at the first try")
        return answer

    return tried


@_flaky
def withdraw(run: Run) -> Data:
    _move(run, "withdraw", run.data["giver"], -Decimal(run.data["amount"]))
    return {"withdrawn": run.data["amount"]}


@_flaky
def refund(run: Run) -> None:
    _move(run, "refund", run.data["giver"], Decimal(run.data["withdrawn"]))


@_flaky
def book(run: Run) -> Data:
    """Knows each key once, as payment providers do; a void before the booking keeps it from happening."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT IGNORE INTO saga_test_bank (id, amount) VALUES (%s, %s)", [run.key.bytes, run.data["amount"]]
        )
    return {"booking": str(run.key)}


@_flaky
def void(run: Run) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO saga_test_bank (id, amount, is_void) VALUES (%s, %s, 1) ON DUPLICATE KEY UPDATE is_void = 1",
            [run.key.bytes, run.data["amount"]],
        )


@_flaky
def deposit(run: Run) -> Data:
    if int(run.data["amount"]) % 7 == 0:
        raise NotWanted
    _move(run, "deposit", run.data["taker"], Decimal(run.data["amount"]))
    return {"deposited": run.data["amount"]}


@_flaky
def take_back(run: Run) -> None:
    _move(run, "take back", run.data["taker"], -Decimal(run.data["deposited"]))


@_flaky
def note(run: Run) -> None:
    if int(run.data["amount"]) % 11 == 0:
        raise NotWanted
    _move(run, "note", run.data["giver"], Decimal(0))


@_flaky
def announce(run: Run) -> None:
    _move(run, "announce", run.data["giver"], Decimal(0))


def _shard_2(data: Data) -> str:
    return "shard_2"


def _global(data: Data) -> str:
    return "default"


STEPS = (
    Step("withdraw", withdraw, refund, timeout=TIMEOUT, retry=RETRY),
    Step("book", book, void, place=OUTSIDE, timeout=TIMEOUT, retry=RETRY),
    Step("deposit", deposit, take_back, place=_shard_2, timeout=TIMEOUT * 4, retry=RETRY),
    Step("note", note, timeout=TIMEOUT, retry=RETRY),
    Step("announce", announce, place=_global, timeout=TIMEOUT * 4, retry=RETRY),
)
