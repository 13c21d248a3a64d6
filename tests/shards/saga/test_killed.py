"""A saga whose processes are killed at every boundary of its steps, twice in a row, ends by itself as it would have."""

import itertools
import os
from collections.abc import Iterator
from decimal import Decimal
from signal import SIGKILL
from typing import NamedTuple
from uuid import UUID

import pytest

from shards.points import POINTS
from shards.saga.models import SagaInstance
from shards.saga.services import saga_start
from shards.scope import on_shard
from shards.transactions import in_transaction
from tests import scratch
from tests.shards.saga import money
from tests.shards.saga.processes import EXPIRED, Processes

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SAGA_POINTS = sorted(point for point in POINTS if point.startswith("saga."))
EACH = money.PURSES * money.BALANCE
EVERY_VISIT = "SAGA_STORM_SECONDS" in os.environ  # in `make soak`; else every boundary of steps, twice at other points
AFTER_EACH_STEP = ["saga.acted", "saga.done", "saga.recorded"]


class Course(NamedTuple):
    amount: int
    points: list[str]
    status: str
    left: dict[str, list[str]]  # in each database's ledger
    voids: int  # of its booking


COURSES = [
    Course(
        33,
        SAGA_POINTS,
        "compensated",
        {"shard_1": ["refund", "withdraw"], "shard_2": ["deposit", "take back"], "default": []},
        1,
    ),
    Course(
        23,
        AFTER_EACH_STEP,
        "completed",
        {"shard_1": ["note", "withdraw"], "shard_2": ["deposit"], "default": ["announce"]},
        0,
    ),
]


@pytest.fixture(scope="module")
def processes(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Processes]:
    with Processes() as made:
        yield made


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    money.make_tables(scratch.execute)
    money.define()
    yield
    money.undefine()
    money.drop_tables(scratch.execute)


@in_transaction
def start(amount: int, number: int) -> UUID:
    data = {"amount": str(amount), "giver": 0, "taker": 1}
    return saga_start(money.TYPE, idempotency_key=str(number), initiator_id=0, data=data, resource="purse:0").saga_id


def expire() -> None:
    for alias in money.LIVE:
        for statement in EXPIRED:
            scratch.execute(alias, statement)
        scratch.execute(alias, "UPDATE saga_instances SET due_at = UTC_TIMESTAMP(6) WHERE due_at IS NOT NULL")


def ledger(saga_id: UUID) -> dict[str, list[str]]:
    statement = f"SELECT what FROM saga_test_ledger WHERE saga_id = 0x{saga_id.hex} ORDER BY what"  # noqa: S608
    return {
        alias: [what for (what,) in scratch.execute(alias, statement)] for alias in ("shard_1", "shard_2", "default")
    }


def balances() -> list[Decimal]:
    answers = [scratch.execute(alias, "SELECT SUM(balance) FROM saga_test_purses") for alias in ("shard_1", "shard_2")]
    return [total for ((total,),) in answers]


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.status)
def test_killed_at_every_boundary_twice_in_a_row(course: Course, processes: Processes) -> None:
    number = 0
    for point in course.points:
        for visit in itertools.count(1) if point == "saga.recorded" or EVERY_VISIT else (1, 2, 99):
            number += 1
            with on_shard(1):
                saga_id = start(course.amount, number)
            first = processes.run(f"{point}:{visit}")
            if first == -SIGKILL:
                expire()
                assert processes.run(f"{point}:1") in (0, -SIGKILL)
                expire()
                assert processes.run() == 0
            where = f"killed at visit {visit} of {point}"
            assert SagaInstance.objects.using("shard_1").get(pk=saga_id).status == course.status, where
            assert ledger(saga_id) == course.left, where
            if first == 0:
                assert visit > 1, f"{point} was not reached"
                break
    assert number > 2 * len(course.points)
    moved = (number if course.status == "completed" else 0) * course.amount
    assert balances() == [EACH - moved, EACH + moved]
    ((bookings, voids),) = scratch.execute("default", "SELECT COUNT(*), SUM(is_void) FROM saga_test_bank")
    assert (bookings, voids) == (number, number * course.voids)
