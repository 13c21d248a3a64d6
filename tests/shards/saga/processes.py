"""Workers in processes of their own, to be killed: forks of one process that has loaded Django and touched no database.

`python -m tests.shards.saga.processes` is that process; it obeys lines on its standard input, each answered by one:
`run DIE_AT` forks a worker, waits for it and says how it ended; `spawn` forks one that works until it is killed, and
says its number.
"""

import os
import subprocess
import sys
import time
from types import TracebackType

from django.db import connections

from config.databases import to_url
from config.env import BASE_DIR
from tests.shards.saga.money import LIVE

PATIENCE = 30.0  # seconds that a worker may take until nothing is left to do
EXPIRED = (
    "UPDATE outbox_partitions SET lease_until = UTC_TIMESTAMP(6) WHERE lease_until IS NOT NULL",
    "UPDATE outbox_readers SET lease_until = UTC_TIMESTAMP(6) WHERE lease_until IS NOT NULL",
)


class Processes:
    """The process that forks workers, on the databases of this test."""

    def __enter__(self) -> "Processes":
        urls = {
            "DATABASE_URL" if alias == "default" else f"{alias.upper()}_DATABASE_URL": to_url(
                connections.settings[alias]
            )
            for alias in LIVE
        }
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.shards.saga.processes"],
            cwd=BASE_DIR,
            env=os.environ | urls | {"APP_ENV": "test", "DATABASE_PROGRAM": "worker", "LOG_LEVEL": "CRITICAL"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._parent.stdin.close()
        self._parent.wait(10)
        self._parent.stdout.close()

    def run(self, die_at: str = "") -> int:
        """A worker that ends when every saga has, or dies at a point; its exit code, negative for a signal."""
        return self._ask(f"run {die_at}")

    def spawn(self) -> int:
        """The number of a worker that works until it is killed."""
        return self._ask("spawn")

    def _ask(self, line: str) -> int:
        self._parent.stdin.write(f"{line}\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())


def main() -> None:
    import django

    django.setup()
    from tests.shards.saga import money

    money.define()
    _hurry()
    children: set[int] = set()
    for line in sys.stdin:
        verb, _, die_at = line.strip().partition(" ")
        child = os.fork()
        if not child:
            os._exit(_work(die_at, is_endless=verb == "spawn"))
        answer = child
        if verb == "run":
            answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        else:
            children.add(child)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for child in children:
        os.kill(child, 9)
        os.waitpid(child, 0)


def _hurry() -> None:
    """Leases that end soon after their holder, and batches so small that there are many."""
    from shards.outbox import progress, reading, relay

    relay.PARTITIONS, relay.EVENTS, relay.LEASE_SECONDS, relay.SENDING_SECONDS = 10, 10, 1, 0.2
    reading.BATCH, progress.LEASE_SECONDS, progress.BACKOFF_SECONDS = 10, 1, 0.05


def _work(die_at: str, *, is_endless: bool) -> int:
    from importlib import reload

    from django.db import close_old_connections

    from shards import points

    os.environ["DIE_AT"] = die_at
    reload(points)  # it reads DIE_AT when it is loaded
    deadline = time.monotonic() + PATIENCE
    while is_endless or _open():
        if time.monotonic() > deadline and not is_endless:
            return 3
        try:
            if not _one_round():
                time.sleep(0.01)
        except Exception:  # noqa: BLE001  # as Celery's worker, which takes the next job with new connections
            close_old_connections()
            time.sleep(0.05)
    return 0


def _one_round() -> int:
    from shards.outbox.consumer import consume
    from shards.outbox.relay import relay
    from shards.saga.driver import drive

    done = sum(drive(alias, limit=5) for alias in LIVE)
    done += sum(relay(alias) for alias in LIVE)
    return done + sum(consume("saga", alias) for alias in LIVE)


def _open() -> bool:
    from shards.saga.models import SagaInstance

    return any(SagaInstance.objects.using(alias).filter(status__in=SagaInstance.OPEN).exists() for alias in LIVE)


if __name__ == "__main__":
    main()
