"""Transfers, so many at a time, while their workers are killed, stopped and cut off; the money is counted all along."""

import os
import random
import time
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Any, NamedTuple
from uuid import UUID

from django.db import OperationalError, connections, transaction

from shards.saga.models import SagaInstance, SagaLock
from shards.saga.services import saga_start
from shards.scope import on_shard
from tests import scratch
from tests.shards.saga import money
from tests.shards.saga.processes import Processes

WORKERS = 3
PATIENCE = 60.0
Ledger = dict[UUID, dict[str, Decimal]]


class Seen(NamedTuple):
    """One database at one moment."""

    balance: Decimal
    ledger: Ledger


class Storm:
    def __init__(self, processes: Processes, seed: int, at_a_time: int) -> None:
        self.processes = processes
        self.random = random.Random(seed)
        self.at_a_time = at_a_time
        self.counts: Counter[str] = Counter()
        self.workers = [processes.spawn() for _ in range(WORKERS)]
        self._stopped: dict[int, float] = {}  # worker -> when it goes on
        self._first = iter(["stopped", "disconnected", "killed"])  # one of each, however few there is time for

    def blow(self, seconds: float, faults_every: float) -> None:
        """Keep so many sagas going, and disturb their workers; then let all of them end."""
        until = time.monotonic() + seconds
        next_fault = time.monotonic() + faults_every
        while time.monotonic() < until:
            self._start_missing()
            if time.monotonic() > next_fault:
                self._fault()
                next_fault += self.random.uniform(0.5, 1.5) * faults_every
            self._let_go_on()
            self.check()
            time.sleep(0.02)
        self._let_go_on(everybody=True)
        self._wait_for_the_end()

    def check(self) -> None:
        """No money is made or lost at this moment: it is in a purse, or under way in one saga that has withdrawn it."""
        there = _look("shard_2")
        here = _look("shard_1")
        for seen in (here, there):
            moved = sum((sum(lines.values()) for lines in seen.ledger.values()), Decimal())
            assert seen.balance == money.PURSES * money.BALANCE + moved
        under_way = Decimal()
        for saga_id in here.ledger.keys() | there.ledger.keys():
            given = -sum(here.ledger.get(saga_id, {}).values())
            taken = sum(there.ledger.get(saga_id, {}).values())
            if given < taken:  # undone there after the first look, then here before the second
                taken = sum(_look("shard_2").ledger[saga_id].values())
            assert given >= taken, f"saga {saga_id} has given {given}, and taken {taken}"
            under_way += given - taken
        self.counts["checks"] += 1
        if under_way:
            self.counts["checks with money under way"] += 1

    def check_end(self) -> None:
        """Every saga has ended in one of two ways, with each effect once, and all resources are free."""
        there, here, told = _look("shard_2"), _look("shard_1"), _look("default")
        assert here.balance + there.balance == 2 * money.PURSES * money.BALANCE
        bank = dict(scratch.execute("default", "SELECT id, is_void FROM saga_test_bank"))
        with on_shard(1):
            rows = list(SagaInstance.objects.prefetch_related("steps"))
        for row in rows:
            lines = [set(seen.ledger.get(row.saga_id, {})) for seen in (here, there, told)]
            assert row.status in ("completed", "compensated")
            if row.status == "completed":
                assert lines == [{"withdraw", "note"}, {"deposit"}, {"announce"}], row.saga_id
            else:
                assert lines in _COMPENSATED, row.saga_id
            self.counts[row.status] += 1
            self.counts["tries"] += sum(step.tries + step.compensation_tries for step in row.steps.all())
        assert set(bank.values()) <= {0, 1}
        assert sum(not is_void for is_void in bank.values()) == self.counts["completed"]
        assert not SagaLock.objects.using("shard_1").exists()

    def _start_missing(self) -> None:
        with on_shard(1):
            going = SagaInstance.objects.filter(status__in=SagaInstance.OPEN).count()
            for _ in range(self.at_a_time - going):
                self._start()

    def _start(self) -> None:
        self.counts["started"] += 1
        giver, taker = (self.random.randrange(money.PURSES) for _ in range(2))
        data = {"amount": str(self.random.randint(1, 120)), "giver": giver, "taker": taker}
        with transaction.atomic("shard_1"):
            saga_start(
                money.TYPE,
                idempotency_key=str(self.counts["started"]),
                initiator_id=giver,
                data=data,
                resource=self.random.choice(["", f"purse:{giver}"]),
            )

    def _fault(self) -> None:
        place = self.random.randrange(WORKERS)
        worker = self.workers[place]
        fault = next(self._first, "") or self.random.choice(
            ["killed", "killed", "stopped", "disconnected", "disconnected"]
        )
        if fault == "disconnected":
            self._disconnect(self.random.choice(money.LIVE))
        elif fault == "stopped" and worker not in self._stopped:
            os.kill(worker, SIGSTOP)
            self._stopped[worker] = time.monotonic() + self.random.uniform(0.1, 3 * money.TIMEOUT)
        else:
            fault = "killed"
            self._stopped.pop(worker, None)
            os.kill(worker, SIGKILL)
            self.workers[place] = self.processes.spawn()
        self.counts[fault] += 1

    def _disconnect(self, alias: str) -> None:
        """Kill the workers' connections to a database in whatever they are doing; this process keeps its own."""
        own = connections[alias].connection.thread_id() if connections[alias].connection else 0
        name = connections.settings[alias]["NAME"]
        # information_schema.processlist fails on MySQL while a statement with binary values runs (3854).
        listed = scratch.execute(
            alias, "SELECT processlist_id, processlist_db FROM performance_schema.threads WHERE processlist_id > 0"
        )
        for number in (number for number, database in listed if database == name and number != own):
            with suppress(OperationalError):  # it has gone by itself
                scratch.execute(alias, f"KILL {number}")

    def _let_go_on(self, *, everybody: bool = False) -> None:
        for worker, at in list(self._stopped.items()):
            if everybody or time.monotonic() > at:
                del self._stopped[worker]
                os.kill(worker, SIGCONT)

    def _wait_for_the_end(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while SagaInstance.objects.using("shard_1").filter(status__in=SagaInstance.OPEN).exists():
            assert time.monotonic() < deadline, f"sagas do not come to an end: {_unfinished()}"
            self.check()
            time.sleep(0.05)


# Refused at the withdrawal, at the deposit, at the note.
_COMPENSATED: list[list[set[str]]] = [
    [set(), set(), set()],
    [{"withdraw", "refund"}, set(), set()],
    [{"withdraw", "refund"}, {"deposit", "take back"}, set()],
]


def _look(alias: str) -> Seen:
    """Purses and ledger in one snapshot."""
    connection: Any = connections[alias].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            cursor.execute("SELECT SUM(balance) FROM saga_test_purses")
            ((balance,),) = cursor.fetchall()
            cursor.execute("SELECT saga_id, what, amount FROM saga_test_ledger")
            ledger: Ledger = {}
            for saga_id, what, amount in cursor.fetchall():
                ledger.setdefault(UUID(bytes=saga_id), {})[what] = amount
        return Seen(balance, ledger)
    finally:
        connection.close()


def _unfinished() -> list[Any]:
    with on_shard(1):
        rows = list(SagaInstance.objects.filter(status__in=SagaInstance.OPEN).prefetch_related("steps"))
    return [
        (row, row.status, row.due_at, [(s.status, s.tries, s.error_message) for s in row.steps.all()]) for row in rows
    ]
