"""/metrics tells depth, age, attempts, blocked partitions and dead letters of each database and domain."""

import re

import pytest
from django.test import Client

from shards.outbox import service
from shards.outbox.relay import claim
from shards.scope import on_shard
from tests.shards.outbox.steps import publish, update

pytestmark = pytest.mark.django_db(databases="__all__")


def figures(client: Client, database: str, domain: str) -> dict[str, float]:
    found = re.findall(
        rf'^outbox_(\w+){{database="{database}",domain="{domain}"}} (\S+)$', client.get("/metrics").text, re.MULTILINE
    )
    return {name: float(value) for name, value in found if not name.endswith(("_total", "_created"))}


def test_what_waits_is_told_by_database_and_domain(client: Client) -> None:
    with on_shard(1):
        publish("AAPL", 3)
        publish("MSFT", 1)
        claim()
        update("UPDATE outbox_partitions SET blocked_by = 1 WHERE partition_key = 'MSFT'")
        update("UPDATE universal_outbox SET status = 'dead_letter' WHERE partition_key = 'MSFT'")
        update("UPDATE universal_outbox SET created_at = created_at - INTERVAL 100 SECOND WHERE sequence_no = 2")
    assert service.observe_all() == {"default": 0, "shard_1": 3, "shard_2": 0}
    told = figures(client, "shard_1", "market")
    assert 100 <= told.pop("oldest_seconds") < 160
    assert told == {
        "waiting": 3,
        "attempts": 1,
        "partitions_blocked": 1,
        "dead_letters": 1,
        "events_parked": 0,
        "consumers_waiting": 0,
    }
    assert set(figures(client, "shard_2", "market").values()) == {0}


def test_what_is_gone_is_told_as_nothing(client: Client) -> None:
    with on_shard(1):
        publish("AAPL")
    service.observe_all()
    update("DELETE FROM universal_outbox")
    service.observe_all()
    assert set(figures(client, "shard_1", "market").values()) == {0}
