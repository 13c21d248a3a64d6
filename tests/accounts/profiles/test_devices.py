"""/api/v1/devices: push tokens of an account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.devices import procedures, selectors, services
from accounts.models import Device
from accounts.procedures import SignedUp
from shards.exceptions import AccountUnknown
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/devices"


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account().account_db_key


def register(key: int, token: str) -> procedures.DeviceRow:
    return services.device_register(account_db_key=key, push_token=token, device_type="ios", device_name="Phone")


def test_a_device_is_registered_seen_again_and_removed(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]]
) -> None:
    body = {"push_token": "token-1", "device_type": "android", "device_name": "전화"}
    mine = bearer(key)
    made = [client.post(URL, body, content_type="application/json", headers=mine) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    first, again = (answer.json() for answer in made)
    assert first | {"last_seen": again["last_seen"]} == again
    assert set(first) == {"device_id", "device_type", "device_name", "created_at", "last_seen"}
    assert client.get(URL, headers=mine).json() == {"results": [again], "next": None}
    assert [d.push_token for d in selectors.devices(account_db_key=key)] == ["token-1"]
    gone = [client.delete(f"{URL}/{first['device_id']}", headers=mine) for _ in range(2)]
    assert [answer.status_code for answer in gone] == [204, 404]
    assert gone[1].json()["code"] == "device_unknown"


def test_somebody_else_s_device_is_not_there(
    client: Client, key: int, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]
) -> None:
    device = register(key, "token-1")
    stranger = bearer(make_account().account_db_key)
    assert client.get(URL, headers=stranger).json()["results"] == []
    assert client.delete(f"{URL}/{device.device_id}", headers=stranger).status_code == 404
    assert Device.objects.filter(account=key).exists()


def test_a_token_belongs_to_who_registered_it_last(key: int, make_account: Callable[..., SignedUp]) -> None:
    other = make_account().account_db_key
    first, second = register(key, "token-1"), register(other, "token-1")
    assert second.device_id != first.device_id, "the old owner's id is no handle on another's device"
    assert [d.account_id for d in Device.objects.all()] == [other]


def test_the_device_seen_longest_ago_makes_room(key: int) -> None:
    for number in range(services.LIMIT):
        register(key, f"token-{number}")
    Device.objects.filter(push_token="token-7").update(last_seen=timezone.now() - timedelta(days=1))
    register(key, "one more")
    tokens = set(Device.objects.values_list("push_token", flat=True))
    assert len(tokens) == services.LIMIT
    assert "token-7" not in tokens
    assert "one more" in tokens


def test_dead_tokens_are_dropped_by_whoever_learns_of_them(key: int) -> None:
    for number in range(3):
        register(key, f"token-{number}")
    assert services.devices_drop_dead(push_tokens=["token-0", "token-2", "never known"]) == 2
    assert services.devices_drop_dead(push_tokens=["token-0"]) == 0
    assert [d.push_token for d in Device.objects.all()] == ["token-1"]


def test_what_was_not_seen_for_long_is_forgotten(key: int) -> None:
    register(key, "old"), register(key, "new")
    Device.objects.filter(push_token="old").update(last_seen=timezone.now() - timedelta(days=271))
    assert [services.devices_expire() for _ in range(2)] == [1, 0]
    assert [d.push_token for d in Device.objects.all()] == ["new"]


def test_an_unknown_account_has_no_devices() -> None:
    with pytest.raises(AccountUnknown):
        register(1, "token")


def left_after_many(key: int, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(services, "LIMIT", 2)
    assert not [a for a in at_once(lambda n: register(key, f"t{n}"), *range(8)) if isinstance(a, Exception)]
    return Device.objects.filter(account=key).count()


@really
def test_the_limit_holds_when_many_register_at_once(
    key: int, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert left_after_many(key, at_once, monkeypatch) == 2


@really
def test_without_the_account_s_lock_too_many_would_stay(
    key: int, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with weakened(
        "default",
        "fp_device_put",
        ("       FOR UPDATE;", ";"),
        ("    IF v_devices >", "    DO SLEEP(0.3);\n    IF v_devices >"),
    ):
        assert left_after_many(key, at_once, monkeypatch) > 2


@really
def test_a_token_that_many_accounts_register_at_once_has_one_owner(
    make_account: Callable[..., SignedUp], at_once: Callable[..., list[Any]]
) -> None:
    """With the unique key on token_hash dropped, there were as many rows as accounts."""
    keys = [make_account().account_db_key for _ in range(6)]
    answers = at_once(lambda k: register(k, "one token"), *keys)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Device.objects.count() == 1
