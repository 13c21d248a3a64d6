"""The list of alarms and the profile over HTTP, beside FastAPI and aiomysql: two workers each, behind an nginx each.

Token check in Redis, routing to the account's shard, one CALL, JSON. The contestants' answers are compared first.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from rich.table import Table

from config.stack_nginx import nginx_configuration
from shards.transactions import provision
from tests.bench import load
from tests.bench.rounds import interleaved, table, verdict

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS, REQUESTS, CONNECTIONS = 9, 1_200, 16
ACCOUNTS, ALARMS = 64, 10
PATHS = {"alarms": "/api/v1/signals/alarms", "profile": "/api/v1/profile"}
OURS = (
    "granian --interface wsgi --http 1 --no-ws --host 127.0.0.1 --port {port} --workers 2 --blocking-threads 4"
    " config.wsgi:application"
)
THEIRS = "uvicorn --host 127.0.0.1 --port {port} --workers 2 --no-access-log --log-level warning {app}"
FASTAPI = "tests.bench.baselines.fastapi_app:app"


def measure() -> Table:
    tokens = _accounts()
    latencies: dict[str, list[float]] = {}
    with ExitStack() as stack, tempfile.TemporaryDirectory() as home:
        ports = {
            "granian and Django": stack.enter_context(_site(Path(home) / "ours", OURS)),
            "uvicorn and FastAPI": stack.enter_context(_site(Path(home) / "theirs", THEIRS, app=FASTAPI)),
        }
        _compare(list(ports.values()), tokens[0])
        contestants = {
            f"{name}: {what}": _contestant(port, path, tokens, latencies.setdefault(f"{name}: {what}", []))
            for name, port in ports.items()
            for what, path in PATHS.items()
        }
        seconds = interleaved(contestants, ROUNDS)
    columns = table("GET over HTTP, behind nginx", seconds, REQUESTS, "ms a request", 1e3)
    ours, theirs = ports
    for what in PATHS:
        mine, other = f"{ours}: {what}", f"{theirs}: {what}"
        rate = {name: REQUESTS / statistics.median(seconds[name]) for name in (mine, other)}
        p99 = {name: statistics.median(latencies[name][1:]) * 1e3 for name in (mine, other)}
        text = f"{what}: {rate[mine]:,.0f} req/s against {rate[other]:,.0f}, times"
        verdict(columns, text, rate[mine] / rate[other], 1.3, at_most=False)
        text = f"{what}: p99 {p99[mine]:.1f} ms against {p99[other]:.1f} ms, times"
        verdict(columns, text, p99[mine] / p99[other], 1.0, at_most=True)
    return columns


def _contestant(port: int, path: str, tokens: list[str], p99: list[float]) -> Any:
    requests = [load.get(port, path, tokens[number % len(tokens)]) for number in range(REQUESTS)]

    def one_round() -> None:
        measured = load.run(port, requests, CONNECTIONS)
        p99.append(measured.latencies[int(len(measured.latencies) * 0.99)])

    return one_round


def _accounts() -> list[str]:
    """Tokens of accounts on both shards, each with its alarms."""
    from accounts.services import _login, account_insert
    from accounts.sessions import hash_token, remember
    from shards.fields import new_public_id
    from shards.placement import on_account
    from signals.models import SignalAlarm

    tokens = []
    for number in range(ACCOUNTS):
        account = account_insert(
            platform_type=1,
            account_id=f"bench{number}",
            password_hash="!",
            email=f"bench{number}@example.com",
            nickname=f"Bench {number}",
        )
        key = account.account_db_key
        provision(key)
        now = "2026-01-05 12:00:00Z"
        with on_account(key):
            SignalAlarm.objects.bulk_create(
                SignalAlarm(
                    alarm_id=new_public_id(), account_db_key=key, symbol=f"S{place}", company_name="Some company",
                    current_price="189.98", exchange="NASDAQ", currency="USD", note="as agreed",
                    since_session="2026-01-02", created_at=now, updated_at=now,
                )
                for place in range(ALARMS)
            )  # fmt: skip
        tokens.append(f"token-of-bench-{number}")
        token_hash = hash_token(tokens[-1])
        session = _login(account_db_key=key, password_hash="!", token_hash=token_hash, address="127.0.0.1")
        remember(session, token_hash)
    return tokens


@contextmanager
def _site(home: Path, command: str, **names: str) -> Iterator[int]:
    """A server and its nginx; yields nginx's port."""
    port, site = _free_port(), _free_port()
    for name in ("log", "run", "nginx"):
        (home / name).mkdir(parents=True)
    configuration = home / "nginx.conf"
    configuration.write_text(nginx_configuration(home, site, port, port))
    if os.geteuid() == 0:
        for folder in (home.parent, home, *home.iterdir()):
            folder.chmod(0o777)
    environment = os.environ | {"DATABASE_PROGRAM": "web", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING"}
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    with ExitStack() as stack, (home / "log" / "server.log").open("ab") as log:
        for line in (command.format(port=port, **names), f"{nginx} -e stderr -c {configuration}"):
            process = subprocess.Popen(line.split(), cwd=ROOT, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
        _wait(site)
        yield site


def _wait(port: int) -> None:
    """Until both workers answer."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/profile"):
                pass
        except urllib.error.HTTPError as error:
            if error.code in (401, 422):
                time.sleep(1)
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing answers on port {port}")
        time.sleep(0.1)


def _compare(ports: list[int], token: str) -> None:
    """Both must do the same work: equal answers, but for how ours writes times and what only ours has."""
    for path in PATHS.values():
        ours, theirs = (_json(port, path, token) for port in ports)
        if path == PATHS["alarms"]:
            ours, theirs = ours["results"][0], theirs["results"][0]
        different = {name for name in theirs if str(ours[name])[:19] != str(theirs[name])[:19]}
        if different or set(ours) != set(theirs):
            raise AssertionError(f"{path}: the contestants do not answer alike: {different or set(ours) ^ set(theirs)}")


def _json(port: int, path: str, token: str) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # our own server
        return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
