"""Every endpoint and every job, while the shard is in maintenance, disabled, killed, stopped, and when it is back."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from config.stack import ROOT
from tests.e2e.platform import PASSWORD, Platform, User, eventually
from tests.e2e.states import ENDPOINTS, JOBS, STATES, Promise
from tests.e2e.test_bad_input import BODIES, NOBODY, OWN, filled

ORDER = ("POST", "PUT", "GET", "PATCH", "DELETE")  # what is made is read, changed and then deleted
IDS = re.compile(r"\{\w+\}")
PROBE = "notifications_read_all"

# Operation -> the name under which its answer tells the id of what it made; that is then read, changed and deleted.
MAKES = {
    "signals_alarms_create": "alarm_id",
    "chat_rooms_create": "room_id",
    "chat_messages_send": "message_id",
    "devices_register": "device_id",
    "notifications_price_alarms_create": "price_alarm_id",
    "notifications_webhooks_create": "webhook_id",
    "payments_methods_add": "payment_method_id",
    "portfolio_orders_create": "order_id",
}


def bodies(number: int, user: User) -> dict[str, Any]:
    """Those of BODIES that are refused when all is well, made right."""
    return BODIES | {
        "auth_signup": BODIES["auth_signup"] | {"account_id": f"state{number}", "email": f"state{number}@example.com"},
        "auth_login": {"account_id": user.account_id, "password": PASSWORD},
        "auth_totp_begin": {"current_password": PASSWORD},
        "chat_rooms_update": {"title": "changed"},
        "chat_messages_send": {"content": "hello", "client_message_id": f"state{number}", "reply": False},
        "devices_register": {"push_token": f"state{number}", "device_type": "ios"},
        "notifications_price_alarms_create": {"symbol": "AAPL", "target_price": str(10_000 + number)},
        "portfolio_orders_create": {
            "client_order_id": f"state{number}",
            "symbol": "AAPL",
            "side": "BUY",
            "order_type": "LIMIT",
            "quantity": "1",
            "limit_price": "1",
        },
        "profile_update": {"theme": "dark"},
        "signals_alarms_create": {"symbol": "AAPL" if number else "IBM"},
        "signals_alarms_update": {"note": "changed"},
        "tutorial_progress_complete": {"step_number": 1},
    }


class Visitor:
    """An account of shard 2 that asks for everything that the API has."""

    def __init__(self, platform: Platform) -> None:
        self.user = platform.user(shard=2)
        self.site = platform.site
        self.operations = operations(self.user.http, platform.site)
        self.ids: dict[str, str] = {"symbol": "AAPL", "ticker": "AAPL", "type_id": "PRICE_ALERT", "channel": "sms"}
        self.ids |= {"provider": "local", "tutorial_type": "CHAT"}
        for name in MAKES:
            self.ask(name, 0)

    def in_order(self) -> list[str]:
        """Messages are deleted before their rooms."""

        def place(name: str) -> tuple[int, int]:
            method, path = self.operations[name]
            return ORDER.index(method), -len(path) if method == "DELETE" else 0

        return sorted(self.operations, key=place)

    def is_told(self, name: str, word: str) -> bool:
        """By every process, most probably."""
        return all(self.ask(name, 0) == word for _ in range(20))

    def ask(self, name: str, number: int) -> str:
        """The answer's status, and its code if it is a refusal."""
        method, path = self.operations[name]
        url = self.site + IDS.sub(NOBODY, filled(path, self.ids))
        with self.user.http.stream(method, url, **self.request(name, number)) as answer:
            if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
                return str(answer.status_code)
            said = json.loads(answer.read() or b"{}") if "json" in answer.headers.get("Content-Type", "") else {}
        if name in MAKES and answer.status_code == 201:
            self.ids[MAKES[name]] = said.get("message", said)[MAKES[name]]
        if name == "auth_login" and answer.status_code == 200:
            self.second_token = said["token"]
        return f"{answer.status_code} {said['code']}" if answer.status_code >= 400 else str(answer.status_code)

    def request(self, name: str, number: int) -> dict[str, Any]:
        if name == "profile_image_put":
            return {"content": picture(), "headers": {"Content-Type": "image/png"}}
        if name == "auth_logout":
            return {"headers": {"Authorization": f"Bearer {self.second_token}"}}
        if name == "chat_search":
            return {"params": {"q": "hello"}}
        body = bodies(number, self.user).get(name)
        return {"json": body, "headers": OWN.get(name, {})} if body is not None else {}


def operations(http: httpx.Client, site: str) -> dict[str, tuple[str, str]]:
    """Operation -> method and path, of all in the schema."""
    paths = http.get(f"{site}/api/schema/?format=json").json()["paths"]
    return {
        operation["operationId"]: (method.upper(), path)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method.upper() in ORDER
    }


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    return content.getvalue()


class JobRunner:
    def __init__(self, platform: Platform) -> None:
        limits = {"DATABASE_PROGRAM": "worker", "DATABASE_CONNECT_TIMEOUT": "1", "LOG_LEVEL": "CRITICAL"}
        self.process = subprocess.Popen(
            ["python", "-m", "tests.e2e.job_runner"],
            cwd=ROOT,
            env=platform.environment | {"DJANGO_SETTINGS_MODULE": "config.settings"} | limits,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, str]:
        assert self.process.stdout
        return dict(json.loads(self.process.stdout.readline()))


@pytest.fixture
def jobs(platform: Platform) -> Iterator[JobRunner]:
    """Instead of the worker, and of beat, which would hold the jobs' leases."""
    platform.stop("beat")
    platform.stop("worker")
    runner = JobRunner(platform)
    yield runner
    runner.process.communicate()
    platform.start("worker")
    platform.start("beat")


@pytest.fixture
def shard(platform: Platform) -> Iterator[Callable[[str], None]]:
    """`shard("killed")` brings shard 2 from one of STATES into the next; afterwards it is as it was."""
    server = platform.stack.databases["shard_2"]

    def enter(state: str) -> None:
        match state:
            case "maintenance" | "disabled":
                set_status(platform, state)
            case "killed":
                set_status(platform, "active")
                server.kill()
            case "stopped":
                server.start()
                server.wait()
                server.pause()
            case "back":
                server.resume()

    yield enter
    server.resume()
    server.start()
    server.wait()
    set_status(platform, "active")


def set_status(platform: Platform, status: str) -> None:
    platform.query("global", "CALL fp_update_shard_status(2, %s)", status)


def promised(table: dict[str, tuple[Promise, str]], state: str) -> dict[str, str]:
    return {name: getattr(promise, state, "") or usual for name, (promise, usual) in table.items()}


def test_every_endpoint_and_every_job_keeps_what_is_promised_in_each_state(
    platform: Platform, jobs: JobRunner, shard: Callable[[str], None]
) -> None:
    visitor = Visitor(platform)
    assert set(visitor.operations) == set(ENDPOINTS), "the schema's operations, each a line of the table"
    assert jobs.hear().keys() == JOBS.keys(), "Celery's tasks, each a line of the table"
    for number, state in enumerate(STATES, 1):
        shard(state)
        expected = promised(ENDPOINTS, state)
        if state in ("maintenance", "disabled", "back"):
            eventually(partial(visitor.is_told, PROBE, expected[PROBE]), f"{state}, obeyed by every process")
        jobs.tell()
        answers = {name: visitor.ask(name, number) for name in visitor.in_order()}
        assert differing(answers, expected) == {}, state
        assert differing(jobs.hear(), promised(JOBS, state)) == {}, state


def differing(found: dict[str, str], expected: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Name -> what was found, and what was promised."""
    return {name: (word, expected[name]) for name, word in found.items() if word != expected[name]}
