"""Pushes go to each device of an account once, through real HTTP servers that take, fail and answer late."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.devices.services import device_delete, device_register
from tests.notifications.conftest import Api, create
from tests.notifications.sending import deliver, states, trace
from tests.notifications.servers import Web, http

pytestmark = pytest.mark.django_db(databases="__all__")
SHAPE = "json://127.0.0.1:{port}/{{to}}?+Idempotency-Key={{key}}"


@pytest.fixture
def push(quick: None, settings: Any) -> Iterator[Web]:
    with http() as web:
        settings.NOTIFICATION_PUSH_PROVIDERS = [SHAPE.format(port=web.port)]
        yield web


def device(api: Api, token: str) -> Any:
    return device_register(account_db_key=api.key, push_token=token, device_type="ios")


def got(web: Web) -> list[tuple[str, str]]:
    """(device's token, key) of each request."""
    return [(path.strip("/"), headers["Idempotency-Key"]) for path, headers, _ in web.requests]


def test_each_device_gets_it_once_and_the_one_that_failed_gets_it_again(user: Api, push: Web) -> None:
    device(user, "phone")
    device(user, "tablet")
    push.failing = "/tablet"
    made = create(user.key)
    deliver()
    assert sorted(token for token, _ in got(push)) == ["phone", "tablet"]
    assert states("push") == ["pending"]
    push.failing = ""
    for _ in range(2):
        deliver()
    sent = got(push)
    assert sorted(token for token, _ in sent) == ["phone", "tablet", "tablet"]
    assert len({key for token, key in sent if token == "tablet"}) == 1
    assert len({key for _, key in sent}) == 2, "each device has a key of its own"
    assert trace(user, made.notification_id, "push")[-2:] == ["provider_taken", "sent"]
    assert all(b"A message" in body for _, _, body in push.requests)


def test_the_next_provider_takes_over_and_a_lost_answer_stays_with_its_own(user: Api, push: Web, settings: Any) -> None:
    device(user, "phone")
    with http() as other:
        settings.NOTIFICATION_PUSH_PROVIDERS.append(SHAPE.format(port=other.port))
        push.does = "fail"
        first = create(user.key)
        deliver()
        assert [token for token, _ in got(other)] == ["phone"]
        assert trace(user, first.notification_id, "push") == ["queued", "provider_refused", "provider_taken", "sent"]
        push.does = "late"
        second = create(user.key)
        deliver()
        push.does = "ok"
        deliver()
        assert len(other.requests) == 1
    (_, late), (_, again) = got(push)[1:]
    assert late == again
    assert trace(user, second.notification_id, "push") == [
        "queued", "provider_unknown", "answer_lost", "repeated", "provider_taken", "sent",
    ]  # fmt: skip


def test_without_a_device_there_is_nobody_and_a_removed_one_gets_nothing(user: Api, push: Web) -> None:
    create(user.key)
    deliver()
    gone = device(user, "phone")
    device_delete(account_db_key=user.key, device_id=gone.device_id)
    create(user.key)
    deliver()
    assert push.requests == []
    assert states("push") == ["skipped", "skipped"]
