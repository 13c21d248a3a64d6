"""Unknown domains and event types are refused before anything runs."""

import re

import pytest

from shards.outbox import registry
from shards.outbox.models import UniversalOutbox
from shards.outbox.publishing import publish
from shards.outbox.registry import EVENT_TYPES, Domain, EventType, consumes, event_type
from shards.routines import by_name
from shards.scope import on_shard

INSERTED = re.compile(r"INSERT INTO universal_outbox.*?;", re.DOTALL)
WORD = re.compile(r"'([a-z]+\.[a-z_]+)'")


def test_a_consumer_of_an_unknown_type_is_refused_when_it_is_imported() -> None:
    with pytest.raises(LookupError, match=r"signal\.detectd"):
        consumes("notifications", "signal.detectd")


def test_a_publisher_of_an_unknown_type_is_refused_when_it_is_imported() -> None:
    with pytest.raises(LookupError, match=r"signal\.detectd"):
        event_type("signal.detectd")


def test_a_type_knows_its_domain_and_version() -> None:
    assert event_type("account.created") == EventType("account.created", Domain.ACCOUNT, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EVENT_TYPES", {**EVENT_TYPES, Domain.CHAT: {"signal.detected": 1}}),
        ("EVENT_TYPES", {Domain.CHAT: {}}),
        ("IS_BLOCKED_BY_DEAD_LETTER", {Domain.CHAT: True}),
    ],
)
def test_a_registry_that_is_not_whole_does_not_import(
    name: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry._check()
    monkeypatch.setattr(registry, name, value)
    with pytest.raises(AssertionError):
        registry._check()


def test_what_routines_publish_is_registered() -> None:
    inserts = [found for routine in by_name().values() for found in INSERTED.findall(routine.text)]
    words = {word for insert in inserts for word in WORD.findall(insert)}
    assert "account.created" in words
    for word in words:
        event_type(word)


@pytest.mark.django_db(databases="__all__")
def test_an_event_carries_its_type_s_domain_and_version() -> None:
    with on_shard(1):
        made = EventType("signal.detected", Domain.MARKET, 7)
        assert publish(made, partition_key="AAPL", aggregate_id=5, event_data={"n": 1}) == 1
        row = UniversalOutbox.objects.get()
    assert (row.domain, row.event_type, row.schema_version, row.aggregate_id) == ("market", "signal.detected", 7, "5")
    assert row.event_data == {"n": 1}
