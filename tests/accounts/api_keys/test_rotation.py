"""Stored keys are encrypted anew while the site runs, and it is proved that no row needs the old key."""

from base64 import b64encode
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import keyring, sealed
from accounts.api_keys import selectors, services
from accounts.models import SecondFactor
from accounts.procedures import SignedUp
from notifications.models.delivery import NotificationWebhook
from shards.fields import new_public_id
from shards.scope import on_shard

pytestmark = pytest.mark.django_db(databases="__all__")
OLD, NEW = (f"{name}:{b64encode(bytes([number] * 32)).decode()}" for name, number in (("old", 1), ("new", 2)))


@pytest.fixture
def keys(make_account: Callable[..., SignedUp], settings: Any) -> list[int]:
    """Five accounts whose keys are encrypted with the old key."""
    settings.ENCRYPTION_KEYS = OLD
    made = [make_account().account_db_key for _ in range(5)]
    for key in made:
        services.api_keys_save(account_db_key=key, polygon_key=f"polygon-{key}", finnhub_key=f"finnhub-{key}")
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    return made


def polygon(key: int) -> str:
    return selectors.credentials(account_db_key=key, service="polygon", permission="quote").key


def rotate() -> str:
    out = StringIO()
    call_command("rotate_api_key_encryption", stdout=out)
    return out.getvalue()


def test_every_value_has_the_new_key_and_can_be_read_without_the_old_one(
    keys: list[int], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "AT_ONCE", 2)
    services.api_keys_save(account_db_key=keys[0], polygon_key="saved anew".replace(" ", "-"))
    assert sealed.values_by_key() == {"new": 1, "old": 9}
    said = rotate()
    assert "9 values rotated" in said
    assert "key new: 10 values" in said
    assert "proved: no row uses another key than new" in said
    assert sealed.values_by_key() == {"new": 10}
    settings.ENCRYPTION_KEYS = NEW
    assert [polygon(key) for key in keys] == ["saved-anew", *(f"polygon-{key}" for key in keys[1:])]
    assert "0 values rotated" in rotate(), "repeating changes nothing"


def test_other_encrypted_columns_are_rotated_too_on_every_database(
    keys: list[int], make_account: Callable[..., SignedUp], settings: Any
) -> None:
    owner = make_account(shard=2).account_db_key
    settings.ENCRYPTION_KEYS = OLD
    now = timezone.now()
    for column, make in {
        "table_second_factors.secret": lambda secret: SecondFactor.objects.create(
            account_id=owner, secret=secret, created_at=now
        ),
        "table_notification_webhooks.secret": lambda secret: NotificationWebhook.objects.create(
            webhook_id=new_public_id(), account_db_key=owner, url="https://example.com", secret=secret, created_at=now
        ),
    }.items():
        with on_shard(2):
            make(keyring.encrypt(column, column=column, account_db_key=owner))
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    said = rotate()
    assert "12 values rotated" in said
    assert "key new: 12 values" in said
    settings.ENCRYPTION_KEYS = NEW
    with on_shard(2):
        stored = {"table_notification_webhooks.secret": NotificationWebhook.objects.get().secret}
    stored["table_second_factors.secret"] = SecondFactor.objects.get().secret
    read = {column: keyring.decrypt(value, column=column, account_db_key=owner) for column, value in stored.items()}
    assert read == {column: column for column in stored}


def test_cut_off_it_goes_on_where_rows_are_left(keys: list[int]) -> None:
    def die_at_the_third(values: int) -> None:
        die_at_the_third.seen += values  # type: ignore[attr-defined]
        if die_at_the_third.seen == 3:  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    die_at_the_third.seen = 0  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        sealed.rotate(die_at_the_third)
    assert sealed.values_by_key() == {"new": 3, "old": 7}
    assert sealed.rotate() == 7
    assert sealed.values_by_key() == {"new": 10}


def test_a_value_whose_key_is_gone_is_named_not_hidden(keys: list[int], settings: Any) -> None:
    settings.ENCRYPTION_KEYS = NEW
    with pytest.raises(CommandError, match=f"of {keys[0]}: there is no key 'old'"):
        rotate()


def saved_meanwhile(key: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """A user saves another key between the read and the write of the rotation."""
    encrypt = keyring.encrypt
    saved: list[int] = []

    def slow(text: str, *, column: str, account_db_key: int) -> str:
        if account_db_key == key and column.endswith(".polygon_key") and not saved:
            saved.append(key)
            services.api_keys_save(account_db_key=key, polygon_key="saved-meanwhile")
        return encrypt(text, column=column, account_db_key=account_db_key)

    monkeypatch.setattr(keyring, "encrypt", slow)
    sealed.rotate()
    return polygon(key)


def test_a_user_who_saves_meanwhile_wins(keys: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert saved_meanwhile(keys[2], monkeypatch) == "saved-meanwhile"
    assert sealed.values_by_key() == {"new": 10}


def test_without_comparing_the_saved_key_would_be_overwritten(keys: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "_unchanged", lambda column, pk, stored: column.model.objects.filter(pk=pk))
    assert saved_meanwhile(keys[2], monkeypatch) == f"polygon-{keys[2]}"
