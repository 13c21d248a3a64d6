"""New events wake a relay after their commit; without Redis, or without a word, they are found a moment later."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.redis import streams as redis
from shards.outbox import service, wake
from shards.outbox.models import UniversalOutbox
from shards.scope import on_shard
from tests.shards.outbox.conftest import Handler
from tests.shards.outbox.steps import publish, sent

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

KEY = "outbox:wake:shard_1"


def test_the_word_is_given_after_the_commit_and_once() -> None:
    with on_shard(1), transaction.atomic("shard_1"):
        publish("AAPL", 3)
        assert not redis().exists(KEY)
        assert len(connections["shard_1"].run_on_commit) == 1
    assert redis().zcard(KEY) == 1
    assert wake.wait("shard_1", 0.1)
    assert not wake.wait("shard_1", 0.1), "one relay took it"


def test_a_rollback_gives_no_word() -> None:
    with on_shard(1), transaction.atomic("shard_1"):
        publish("AAPL")
        transaction.set_rollback(True, using="shard_1")
    assert not redis().exists(KEY)


def test_a_routine_that_writes_the_outbox_itself_gives_the_word(make_account: Callable[..., Any]) -> None:
    make_account()
    assert redis().zcard("outbox:wake:default") == 1


def test_without_redis_a_publisher_loses_a_quarter_of_a_second_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "hints", lambda: Redis(port=1, retry=Retry(NoBackoff(), 0)))
    monkeypatch.setattr(wake, "_rest_until", 0.0)
    with on_shard(1):
        publish("AAPL")
        began = time.monotonic()
        publish("AAPL", 10)
        assert time.monotonic() - began < 1
        assert UniversalOutbox.objects.count() == 11


def until(condition: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < 20
        time.sleep(0.005)
    return time.monotonic() - began


def has_come(handler: Handler, upto: int) -> bool:
    return handler.of("AAPL") == list(range(1, upto + 1))


@pytest.fixture
def running(handler: Handler) -> Any:
    """A relay and a consumer as the commands run them, in threads; they look by themselves only every 3 seconds."""

    def start(monkeypatch: pytest.MonkeyPatch, look: float) -> Callable[[], None]:
        monkeypatch.setattr(service, "LOOK_SECONDS", look)
        stop = threading.Event()
        threads = [threading.Thread(target=work, args=(stop,)) for work in (service.relay_until, service.consume_until)]
        for thread in threads:
            thread.start()

        def end() -> None:
            stop.set()
            for thread in threads:
                thread.join(10)
            assert not any(thread.is_alive() for thread in threads)

        return end

    return start


def test_events_arrive_without_waiting_to_be_looked_for(
    running: Any, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = running(monkeypatch, 3.0)
    try:
        with on_shard(1):
            publish("AAPL")
        until(lambda: handler.of("AAPL") == [1])
        seconds = []
        for number in range(2, 7):
            with on_shard(1):
                publish("AAPL")
            seconds.append(until(partial(has_come, handler, number)))
        assert sorted(seconds)[2] < 1.5, seconds
    finally:
        end()


def test_what_nobody_announced_is_found(running: Any, handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "_wake", lambda *called: None)
    wake._waker.cache_clear()
    end = running(monkeypatch, 0.2)
    try:
        with on_shard(1):
            publish("AAPL", 2)
        until(lambda: handler.of("AAPL") == [1, 2])
        assert sent("AAPL") == [1, 2]
    finally:
        end()
        wake._waker.cache_clear()
