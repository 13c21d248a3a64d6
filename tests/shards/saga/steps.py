"""What the sagas' tests do and look at."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connections

from config.refusals import Refusal
from shards.outbox.consumer import consume
from shards.outbox.relay import relay
from shards.saga.definitions import Data, Run
from shards.saga.driver import drive
from shards.saga.models import SagaInstance, SagaStep
from shards.saga.services import saga_start
from shards.scope import current_alias, on_alias
from shards.transactions import in_transaction

TYPE = "test.saga"
ALIASES = ("default", "shard_1", "shard_2")


def nothing(run: Run) -> None:
    """An action that is never run, or leaves nothing."""


class Unwilling(Refusal):
    status = 409
    detail = "not with me"
    code = "test_unwilling"


class Diary:
    """Actions that write down that they ran: `diary.does("charge")`; `ends` tells how, an entry for each try."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ends: dict[str, list[Any]] = {}  # name -> answers or exceptions; an empty list means success
        self.runs: list[Run] = []

    def does(self, name: str) -> Callable[[Run], Data | None]:
        def action(run: Run) -> Data | None:
            self.lines.append(f"{name}@{current_alias()}")
            self.runs.append(run)
            end = self.ends[name].pop(0) if self.ends.get(name) else None
            if isinstance(end, Exception):
                raise end
            return end

        return action


@in_transaction
def start(**options: Any) -> UUID:
    """A saga on the database of this work."""
    given: dict[str, Any] = {"idempotency_key": "one", "initiator_id": 1000, "data": {"amount": "5"}} | options
    return saga_start(TYPE, **given).saga_id


def work(rounds: int = 12) -> None:
    """Drive, relay and consume on every database, until nothing is left to do."""
    for _ in range(rounds):
        done = sum(drive(alias) for alias in ALIASES)
        done += sum(relay(alias) for alias in ALIASES)
        done += sum(consume("saga", alias) for alias in ALIASES)
        if not done:
            return
    raise AssertionError("the work does not come to an end")


def saga(saga_id: UUID, alias: str = "shard_1") -> SagaInstance:
    with on_alias(alias):
        return SagaInstance.objects.get(pk=saga_id)


def status(saga_id: UUID, alias: str = "shard_1") -> str:
    return saga(saga_id, alias).status


def steps(saga_id: UUID, alias: str = "shard_1") -> list[str]:
    with on_alias(alias):
        return [row.status for row in SagaStep.objects.filter(saga_id=saga_id).order_by("step_number")]


def step(saga_id: UUID, number: int, alias: str = "shard_1") -> SagaStep:
    with on_alias(alias):
        return SagaStep.objects.get(saga_id=saga_id, step_number=number)


def expire(alias: str = "shard_1") -> None:
    """Every timer of the database runs out."""
    with connections[alias].cursor() as cursor:
        cursor.execute("UPDATE saga_instances SET due_at = UTC_TIMESTAMP(6) WHERE due_at IS NOT NULL")
