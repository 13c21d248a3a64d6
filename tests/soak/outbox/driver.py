"""Runs in a process of its own, with the run's databases in its environment: starts the others, hurts them, and asks
what came of it. It touches neither Django's connections nor the platform's Redis clients, which its forks inherit.
"""

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import MySQLdb
from redis import Redis

from config.databases import from_url
from config.stack import DATABASE_URLS, Stack
from config.stack_servers import wait_until
from tests.soak.outbox.plan import POINTS, STOP_AT, Plan
from tests.soak.outbox.work import CONSUMER, child

STOPPED_SECONDS = 3.0  # longer than every lease
WAITING = f"""
SELECT COALESCE(SUM(s.next_sequence - 1 - COALESCE(c.sequence_no, 0)), 0)
  FROM outbox_sequences s
  LEFT JOIN outbox_consumers c
    ON c.consumer = '{CONSUMER}' AND c.domain = s.domain AND c.partition_key = s.partition_key
"""  # noqa: S608


class Run:
    def __init__(self, plan: Plan, home: Path, root: Path) -> None:
        self.plan = plan
        self.home = home
        self.rng = random.Random(plan.seed)
        environment = {name: value for name, value in os.environ.items() if name not in DATABASE_URLS.values()}
        self.stack = Stack.load(environment=environment, root=root)
        self.processes: dict[str, BaseProcess] = {}
        self.hurt: Counter[str] = Counter()
        self.stopped: dict[int, float] = {}  # pid -> when it goes on

    # Processes ----------------------------------------------------------------------------------------------------
    def start(self, name: str, die_at: str = "") -> None:
        role = name.partition("-")[0]
        arguments = (role, self.home / f"{name}.jsonl", self.rng.random(), die_at, self.plan.bug)
        process = multiprocessing.get_context("fork").Process(target=child, args=arguments, name=name)
        process.start()
        self.processes[name] = process

    def one(self, role: str) -> str:
        return self.rng.choice(sorted(name for name in self.processes if name.startswith(role)))

    def revive(self) -> None:
        for pid, at in list(self.stopped.items()):
            if time.monotonic() > at:
                del self.stopped[pid]
                with suppress(ProcessLookupError):  # it was killed while it was stopped
                    os.kill(pid, signal.SIGCONT)
        for name, process in list(self.processes.items()):
            if not process.is_alive():
                self.start(name)
        for server in self.stack.databases.values():
            if not server.daemon.is_alive():  # MariaDB 10.11 crashes now and then when connections are killed
                self.hurt["a server's own crash"] += 1
                server.start()
                server.wait()

    def kill(self, name: str) -> None:
        process = self.processes[name]
        process.kill()
        process.join()

    # Faults -------------------------------------------------------------------------------------------------------
    def fault(self, kind: str) -> None:
        self.revive()
        if kind in POINTS or kind.startswith(STOP_AT):
            self.hurt[kind] += self.stop_at(kind) if kind.startswith(STOP_AT) else self.die_at(kind)
            return
        what, _, whom = kind.partition("_")
        match what, whom:
            case "kill", "connections":
                self.kill_connections(self.rng.choice(("global", "shard_1", "shard_2")))
            case "kill", role:
                self.kill(self.one(role))
            case "stop", role:
                self.stop(self.one(role))
            case "flush", _:
                self.redis().flushall()
            case "restart", "redis":
                self.stack.redis.kill()
                self.stack.redis.start()
                self.stack.redis.wait()
            case _:
                server = self.stack.databases[self.rng.choice(("shard_1", "shard_2"))]
                server.kill()
                server.start()
                server.wait()
        self.hurt[kind] += 1

    def stop(self, name: str) -> None:
        pid = self.processes[name].pid or 0
        os.kill(pid, signal.SIGSTOP)
        self.stopped[pid] = time.monotonic() + STOPPED_SECONDS

    def stop_at(self, kind: str) -> bool:
        name = self.one("consumer" if "consume." in kind else "relay")
        self.kill(name)
        self.start(name, kind)
        pid = self.processes[name].pid
        stopped = wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "T", 6)
        if stopped:
            self.stopped[pid or 0] = time.monotonic() + STOPPED_SECONDS
        return stopped

    def die_at(self, point: str) -> bool:
        """Whether a process came to the point and died there. Redis has to lose something before any sends again."""
        resends = point.startswith("resend.")
        names = sorted(
            name for name in self.processes if name.startswith("consumer" if "consume" in point else "relay")
        )
        names = names if resends else [self.rng.choice(names)]
        for name in names:
            self.kill(name)
            self.start(name, point if resends else f"{point}:{self.rng.randint(1, 4)}")
        if resends:
            time.sleep(0.3)
            self.redis().flushall()
        return wait_until(lambda: any(self.processes[name].exitcode == -signal.SIGKILL for name in names), 6)

    def kill_connections(self, database: str) -> None:
        with self.query(database) as cursor:
            cursor.execute("SELECT CONNECTION_ID(), DATABASE()")
            own, here = cursor.fetchone()
            # information_schema's list is an error on MySQL while a statement holds bytes that are no text.
            cursor.execute("SHOW PROCESSLIST")
            for number, _, _, schema, *_ in cursor.fetchall():
                if schema == here and number != own:
                    with suppress(MySQLdb.Error):  # it has ended by itself
                        cursor.execute(f"KILL {number}")

    # Looking ------------------------------------------------------------------------------------------------------
    def redis(self) -> Redis:
        return Redis.from_url(os.environ["REDIS_URL"])

    @contextmanager
    def query(self, database: str) -> Iterator[Any]:
        """A cursor on a connection of its own."""
        at = from_url(os.environ[DATABASE_URLS[database]])
        connection = MySQLdb.connect(
            host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], database=at["NAME"]
        )
        connection.autocommit(True)
        with closing(connection), closing(connection.cursor()) as cursor:
            yield cursor

    def total(self, sql: str) -> int:
        """Of both shards; a server that is just being started anew is waited for."""
        for _ in range(100):
            with suppress(MySQLdb.Error):
                total = 0
                for database in ("shard_1", "shard_2"):
                    with self.query(database) as cursor:
                        cursor.execute(sql)
                        total += int(cursor.fetchone()[0])
                return total
            time.sleep(0.1)
            self.revive()
        raise AssertionError("the shards cannot be asked")

    def committed(self) -> int:
        return self.total("SELECT COALESCE(SUM(next_sequence - 1), 0) FROM outbox_sequences")

    def waiting(self) -> int:
        """Events that their consumer has not handled."""
        return self.total(WAITING)

    # The run ------------------------------------------------------------------------------------------------------
    def go(self) -> None:
        plan = self.plan
        for role, count in (("writer", plan.writers), ("relay", plan.relays), ("consumer", plan.consumers)):
            for number in range(count):
                self.start(f"{role}-{number}")
        faults = [kind for kind, count in plan.faults.items() for _ in range(count)]
        self.rng.shuffle(faults)
        while faults:
            time.sleep(self.rng.uniform(0, 2 * plan.every))
            kind = faults.pop()
            before = self.hurt[kind]
            self.fault(kind)
            if self.hurt[kind] == before:
                faults.insert(0, kind)  # the point was not reached in time: once more, at the end
            self.say(f"{self.hurt.total()} faults, {len(faults)} left, {self.committed()} events, {kind}")
        while self.committed() < plan.events or self.stopped:
            time.sleep(0.1)
            self.revive()
        self.end("writer")
        deadline = time.monotonic() + plan.patience
        while (left := self.waiting()) and time.monotonic() < deadline:
            self.say(f"{left} events left to arrive")
            time.sleep(0.1)
            self.revive()
        for role in ("relay", "consumer"):
            self.end(role)

    def end(self, role: str) -> None:
        named = [name for name in self.processes if name.startswith(role)]
        for name in named:
            self.processes[name].terminate()
        for name in named:
            process = self.processes.pop(name)
            process.join(20)
            if process.is_alive():
                process.kill()
                process.join()

    def say(self, text: str) -> None:
        sys.stderr.write(f"\r{text:<100}")
        sys.stderr.flush()


def main(plan: dict[str, object], home: str, root: str) -> None:
    run = Run(Plan(**plan), Path(home), Path(root))  # type: ignore[arg-type]  # as it was written
    try:
        run.go()
    finally:
        for process in run.processes.values():
            process.kill()
    sys.stdout.write(json.dumps(run.hurt))
