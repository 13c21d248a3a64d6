"""Counters in Redis: exact, each for one name and one who."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from prometheus_client import REGISTRY
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.procedures import SignedUp
from config import throttling
from config.redis import sessions as redis
from config.throttling import Throttled

REFUSED = ("throttled_requests_total", {"throttle": "writes"})

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | dict.fromkeys(("writes", "public", "login", "signup"), (3, 60))


def test_so_many_are_let_through_and_the_next_is_told_when() -> None:
    for _ in range(3):
        throttling.count("writes", 1)
    refusals = REGISTRY.get_sample_value(*REFUSED) or 0
    with pytest.raises(Throttled) as refused:
        throttling.count("writes", 1)
    assert REGISTRY.get_sample_value(*REFUSED) == refusals + 1
    assert 58 <= (refused.value.retry_after or 0) <= 60
    throttling.count("writes", 2)
    throttling.count("login", 1)


def test_a_window_ends_and_a_refused_one_does_not_lengthen_it() -> None:
    for _ in range(3):
        throttling.count("writes", 1)
    redis().pexpire("throttle:writes:1", 1500)
    for _ in range(5):
        with pytest.raises(Throttled) as refused:
            throttling.count("writes", 1)
    assert refused.value.retry_after == 2
    redis().pexpire("throttle:writes:1", 1)
    while redis().exists("throttle:writes:1"):
        pass
    throttling.count("writes", 1)


def test_it_can_be_lifted() -> None:
    for _ in range(3):
        throttling.count("writes", 1)
    throttling.lift("writes", 1)
    throttling.count("writes", 1)


def test_of_many_at_once_exactly_so_many_pass(settings: Any, at_once: Callable[..., list[Any]]) -> None:
    settings.THROTTLES = {"writes": (20, 60)}
    answers = at_once(lambda _: throttling.count("writes", 1), *range(50))
    assert (answers.count(None), sum(isinstance(answer, Throttled) for answer in answers)) == (20, 30)


def test_without_redis_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "redis", lambda: Redis(port=1, retry=Retry(NoBackoff(), 0)))
    for _ in range(5):
        throttling.count("writes", 1)


def test_the_fourth_write_of_an_account_is_refused_and_its_reads_are_not(
    client: Client, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]
) -> None:
    alice, bob = (bearer(make_account(name).account_db_key) for name in ("alice", "bob"))

    def write(headers: dict[str, str]) -> Any:
        return client.post("/api/v1/signals/alarms", {}, content_type="application/json", headers=headers)

    assert [write(alice).status_code for _ in range(3)] == [400] * 3
    refused = write(alice)
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert client.get("/api/v1/signals/alarms", headers=alice).status_code == 200
    assert write(bob).status_code == 400


def test_the_fourth_log_in_from_an_address_is_refused(client: Client) -> None:
    def log_in(address: str) -> int:
        return client.post(
            "/api/v1/auth/login", {}, content_type="application/json", headers={"x-forwarded-for": address}
        ).status_code

    assert [log_in("10.0.0.1") for _ in range(4)] == [400, 400, 400, 429]
    assert log_in("10.0.0.2") == 400
