"""Every route with an id, asked by another account: nothing of the owner's is seen, changed or ended."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.models import UserSession
from accounts.procedures import SignedUp
from chat.seeds import seed_personas
from notifications.models import InappNotification
from shards.scope import on_shard
from signals import services
from tests.admin_rows import make_row
from tests.e2e.test_bad_input import BODIES
from tests.signals.conftest import CALM, Feed, feed  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db(databases="__all__")

METHODS = ("get", "post", "put", "patch", "delete")
PARTS = re.compile(r"\{(\w+)\}")
IDS = re.compile(r"\{(\w*_?id)\}")


@pytest.fixture
def owned(make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]], feed: Feed) -> dict[str, Any]:  # noqa: F811
    """Path parameter -> the id of an object of alice's. For others a made-up id must do."""
    feed(CALM)
    seed_personas()
    alice = make_account("alice", shard=1)
    bearer(alice.account_db_key)
    notification = make_row(InappNotification, 1)
    with on_shard(1):
        InappNotification.objects.filter(pk=notification.pk).update(account_db_key=alice.account_db_key)
    return {
        "session_id": UserSession.objects.get(account_id=alice.account_db_key).session_id,
        "alarm_id": services.alarm_create(account_db_key=alice.account_db_key, symbol="TEST").alarm_id,
        "notification_id": notification.pk,
    }


def operations(client: Client) -> list[tuple[str, str, str, list[str]]]:
    """Operation, method, path and the ids in it, of all in the schema that have one."""
    schema = client.get("/api/schema/?format=json").json()
    return [
        (operation["operationId"], method, path, ids)
        for path, methods in schema["paths"].items()
        if (ids := IDS.findall(path))
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_another_account_s_object_is_not_there(
    client: Client,
    owned: dict[str, Any],
    make_account: Callable[..., SignedUp],
    bearer: Callable[[int], dict[str, str]],
) -> None:
    bob = bearer(make_account("bob", shard=1).account_db_key)
    asked: set[str] = set()
    for name, method, path, ids in operations(client):
        known: dict[str, UUID] = {each: owned.get(each, uuid4()) for each in ids}
        url = path.format(**{each: known.get(each, "none") for each in PARTS.findall(path)})
        body = BODIES.get(name, {})
        answer = getattr(client, method)(url, body, content_type="application/json", headers=bob)
        assert answer.status_code == 404, f"{name}: {answer.status_code} {answer.content[:200]!r}"
        asked.update(ids)
    assert asked >= owned.keys()
