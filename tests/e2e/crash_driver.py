"""A market's days, each in a process of its own that may be told to die.

The processes are forks of this one, which has touched no database: Django, the sample and the calendar are loaded once.
"""

import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from importlib import reload

from accounts.services import account_insert
from notifications import consumers as notifications
from shards import directory, jobs, points
from shards import tasks as outbox_tasks
from shards.outbox import progress, reading, relay
from shards.outbox.models import OutboxConsumer, OutboxEvent, UniversalOutbox
from shards.outbox.registry import consumed_domains, consumers
from shards.scope import on_alias
from shards.transactions import provision
from signals import demo, evaluation, fanout, services
from signals import tasks as signal_tasks
from signals.market import feed
from signals.market.calendars import next_session

USERS = 14
ALARMS = [("AAPL", 5, "1"), ("MSFT", 5, "1"), ("IBM", 6, "1.2"), ("GOOG", 10, "1.5")]
SESSIONS = 5  # a round
PATIENCE = 60.0

# Batches so small that every round has several of each kind, and locks that end soon after their holder.
fanout.SIGNALS, fanout.ACCOUNTS, evaluation.ACCOUNTS, notifications.ACCOUNTS_PER_BATCH = 2, 3, 3, 3
relay.PARTITIONS, relay.EVENTS, relay.LEASE_SECONDS, relay.SENDING_SECONDS = 1, 3, 1, 0.2
reading.BATCH, progress.LEASE_SECONDS = 2, 1
jobs.LEASE_SECONDS, jobs.RENEW_AFTER = 1, 0.3


def prepare() -> None:
    """Users of both shards with alarms, on a market that has its first sessions."""
    feed.load_bars(after=None, until=demo.replay_start())
    for number in range(USERS):
        account = account_insert(
            platform_type=1,
            account_id=f"user{number}",
            password_hash="!",
            email=f"user{number}@example.com",
            nickname=f"User {number}",
        )
        provision(account.account_db_key)
        for symbol, window, k in ALARMS[: 2 + number % 3]:
            services.alarm_create(account_db_key=account.account_db_key, symbol=symbol, window=window, k=Decimal(k))


def days(number: int, die_at: str) -> None:
    """Feed the n-th days and work until nothing is left to do."""
    os.environ["DIE_AT"] = die_at
    reload(points)  # it reads DIE_AT when it is loaded
    start = demo.replay_start()
    sessions = [session for session in feed.sessions() if session > start][number * SESSIONS : (number + 1) * SESSIONS]
    feed.load_bars(after=sessions[0].fromordinal(sessions[0].toordinal() - 1), until=sessions[-1])
    work = [signal_tasks.scan_and_fan_out, outbox_tasks.relay, outbox_tasks.consume, signal_tasks.evaluate]
    deadline = time.monotonic() + PATIENCE
    while None in [job() for job in work] or waits():  # None: a dead process still holds that job
        if time.monotonic() > deadline:
            raise TimeoutError("the work does not come to an end")
        time.sleep(0.05)


def waits() -> bool:
    """Whether an event is still on its way."""
    for alias in ["default", *(f"shard_{shard_id}" for shard_id in directory.served_shard_ids())]:
        with on_alias(alias):
            if UniversalOutbox.objects.exists():
                return True
            for name in consumers():
                done = {
                    (row.domain, row.partition_key): row.sequence_no
                    for row in OutboxConsumer.objects.filter(consumer=name)
                }
                for event in OutboxEvent.objects.filter(domain__in=consumed_domains(name)):
                    if event.sequence_no > done.get((event.domain, event.partition_key), 0):
                        return True
    return False


def in_process(target: Callable[..., None], *arguments: object) -> int | None:
    """The exit code."""
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def main(rounds: list[str]) -> None:
    """Round n is the n-th days, with the DIE_AT given; after a death another process does them again.

    Prints [DIE_AT, exit code] of each process.
    """
    sessions = feed.sessions()
    next_session("XNYS", sessions[-2], first=sessions[0])
    lines: list[tuple[str, int | None]] = [("prepare", in_process(prepare))]
    for number, die_at in enumerate(rounds):
        lines.append((die_at, in_process(days, number, die_at)))
        if die_at:
            lines.append(("", in_process(days, number, "")))
    sys.stdout.write(json.dumps(lines))
