"""Workers of orders in processes of their own, to be killed: forks of one process that has loaded Django and touched no
database. `python -m tests.accounts.portfolio.workers` is that process; each line on its standard input is answered by
the number of a new worker, which drives sagas and settles orders on both shards until it is killed.
"""

import os
import subprocess
import sys
import time
from signal import SIGKILL
from types import TracebackType

from django.db import connections

from config.databases import to_url
from config.env import BASE_DIR

SHARDS = (1, 2)


class Workers:
    """`count` of them, on the databases of this test."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> "Workers":
        urls = {
            f"SHARD_{shard_id}_DATABASE_URL": to_url(connections.settings[f"shard_{shard_id}"]) for shard_id in SHARDS
        }
        urls["DATABASE_URL"] = to_url(connections.settings["default"])
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.accounts.portfolio.workers"],
            cwd=BASE_DIR,
            env=os.environ | urls | {"APP_ENV": "test", "DATABASE_PROGRAM": "worker", "LOG_LEVEL": "CRITICAL"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.numbers = [self._spawn() for _ in range(self.count)]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._parent.stdin.close()
        self._parent.wait(10)
        self._parent.stdout.close()

    def kill(self, place: int) -> None:
        """And put another in its place."""
        os.kill(self.numbers[place], SIGKILL)
        self.numbers[place] = self._spawn()

    def _spawn(self) -> int:
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())


def main() -> None:
    import django

    django.setup()
    children = []
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            _work()
        children.append(child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    for child in children:
        os.kill(child, SIGKILL)
        os.waitpid(child, 0)


def _work() -> None:
    from django.db import close_old_connections

    while True:
        try:
            if not _one_round():
                time.sleep(0.02)
        except Exception:  # noqa: BLE001  # as Celery's worker, which takes the next job with new connections
            close_old_connections()
            time.sleep(0.05)


def _one_round() -> int:
    from accounts.portfolio import settlement
    from shards.saga.driver import drive
    from shards.scope import on_shard

    done = sum(drive(f"shard_{shard_id}", limit=20) for shard_id in SHARDS)
    for shard_id in SHARDS:
        with on_shard(shard_id):
            done += settlement.settle()
    return done


if __name__ == "__main__":
    main()
