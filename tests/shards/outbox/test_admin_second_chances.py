"""Administrators replay and skip from the lists: first they are told what would happen. Operators only look."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models.account import ADMINISTRATOR, OPERATOR
from config.databases import GLOBAL
from shards.admin.columns import page_url
from shards.admin.picker import PARAMETER
from shards.models import OutboxConsumer, OutboxParked, OutboxPartition, UniversalOutbox
from shards.outbox import progress
from shards.outbox.consumer import consume
from shards.outbox.publishing import publish as publish_event
from shards.outbox.registry import event_type
from shards.outbox.relay import relay
from shards.scope import on_global, on_shard
from tests.shards.outbox.conftest import Handler
from tests.shards.outbox.steps import publish, sent

pytestmark = pytest.mark.django_db(databases="__all__")

LogIn = Callable[[int], Client]


@pytest.fixture
def dead() -> UniversalOutbox:
    """The first of two events of a partition that waits for an operator."""
    with on_shard(1):
        publish("AAPL", 2)
        OutboxPartition.objects.create(domain="market", partition_key="AAPL", blocked_by=1)
        UniversalOutbox.objects.filter(sequence_no=1).update(status="dead_letter", error_message="too large")
        return UniversalOutbox.objects.get(sequence_no=1)


def act(client: Client, model: Any, action: str, *rows: Any, confirmed: bool) -> Any:
    client.get(f"{page_url(model, 'changelist')}?{PARAMETER}=shard_1", follow=True)
    body = {"action": action, "_selected_action": [row.pk for row in rows], "index": "0"}
    return client.post(page_url(model, "changelist"), body | ({"confirmed": "yes"} if confirmed else {}), follow=True)


def test_a_replay_is_told_before_it_is_done(dead: UniversalOutbox, console: LogIn) -> None:
    client = console(ADMINISTRATOR)
    asked = act(client, UniversalOutbox, "replay", dead, confirmed=False)
    assert "1 to replay" in asked.text
    assert str(dead.event_id) in asked.text
    relay("shard_1")
    assert sent("AAPL") == []

    done = act(client, UniversalOutbox, "replay", dead, confirmed=True)
    assert "1 of 1: done." in done.text
    relay("shard_1")
    assert sent("AAPL") == [1, 2]


def test_a_skip_lets_the_others_go_on(dead: UniversalOutbox, console: LogIn) -> None:
    act(console(ADMINISTRATOR), UniversalOutbox, "skip", dead, confirmed=True)
    relay("shard_1")
    assert sent("AAPL") == [2]
    with on_shard(1):
        assert UniversalOutbox.objects.get().status == "dead_letter"


def test_operators_cannot(dead: UniversalOutbox, console: LogIn) -> None:
    client = console(OPERATOR)
    for action in ("replay", "skip"):
        act(client, UniversalOutbox, action, dead, confirmed=True)
    relay("shard_1")
    assert sent("AAPL") == []


def test_a_parked_event_is_replayed_by_its_consumer(handler: Handler, console: LogIn) -> None:
    handler.failing = {"7"}
    with on_shard(1):
        for number in range(2):
            publish_event(event_type("account.created"), partition_key=7, aggregate_id=7, event_data={"n": number})
    relay("shard_1")
    for _ in range(progress.TRIES):
        consume("notifications", "shard_1")
    with on_shard(1):
        parked = OutboxParked.objects.get()
    client = console(ADMINISTRATOR)
    assert "account / 7" in act(client, OutboxParked, "replay", parked, confirmed=False).text
    act(client, OutboxParked, "replay", parked, confirmed=True)
    handler.failing = set()
    consume("notifications", "shard_1")
    consume("notifications", "shard_1")
    assert handler.of("7") == [1, 2]
    with on_shard(1):
        assert not OutboxParked.objects.exists()


@pytest.mark.parametrize("level", [OPERATOR, ADMINISTRATOR])
def test_one_page_tells_lag_and_blocked_partitions_of_all_databases(
    dead: UniversalOutbox, level: int, console: LogIn
) -> None:
    with on_shard(2):
        OutboxConsumer.objects.create(
            consumer="notifications", domain="account", partition_key="1001", sequence_no=4, blocked_by=5,
            error_message="KeyError: 'side'", updated_at="2026-11-25T00:00:00Z",
        )  # fmt: skip
    with on_global():
        publish("GOOG", 3)
    page = console(level).get("/admin/shards/universaloutbox/health/")
    assert page.status_code == 200
    for text in ("market / AAPL", "account / 1001", "KeyError: &#x27;side&#x27;", GLOBAL, "shard_1", "shard_2"):
        assert text in page.text


def test_the_page_is_for_operators(console: LogIn) -> None:
    assert console(1).get("/admin/shards/universaloutbox/health/").status_code == 302
