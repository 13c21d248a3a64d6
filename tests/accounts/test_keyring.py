"""What is encrypted can be read where it was written, and nowhere else."""

import re
from base64 import b64decode, b64encode
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import keyring
from accounts.keyring import Unreadable, decrypt, encrypt

OLD, NEW = (b64encode(bytes([number] * 32)).decode() for number in (1, 2))
HERE: dict[str, Any] = {"column": "table_user_api_keys.polygon_key", "account_db_key": 1000}


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = f"old:{OLD}"


@pytest.mark.parametrize("text", ["", "a", "PKTEST0000", "키 😀", "x" * 5000])
def test_a_value_comes_back(text: str) -> None:
    stored = encrypt(text, **HERE)
    assert re.fullmatch(r"old:[A-Za-z0-9+/]+=*", stored)
    assert decrypt(stored, **HERE) == text
    assert encrypt(text, **HERE) != stored, "a nonce is used once"


@pytest.mark.parametrize("elsewhere", [{"account_db_key": 1001}, {"column": "table_user_api_keys.finnhub_key"}])
def test_a_value_copied_to_another_place_does_not_decrypt(elsewhere: dict[str, Any]) -> None:
    stored = encrypt("secret", **HERE)
    with pytest.raises(Unreadable) as raised:
        decrypt(stored, **HERE | elsewhere)
    assert "secret" not in str(raised.value)


def test_no_bit_can_be_changed() -> None:
    key_id, _, encoded = encrypt("secret", **HERE).partition(":")
    sealed = b64decode(encoded)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(Unreadable):
            decrypt(f"{key_id}:{b64encode(changed).decode()}", **HERE)


@pytest.mark.parametrize("stored", ["", "old", "old:", "old:%%%", "old:AAAA", "other:AAAA", "plain text", "old:😀"])
def test_what_was_never_encrypted_is_unreadable(stored: str) -> None:
    with pytest.raises(Unreadable):
        decrypt(stored, **HERE)


def test_after_a_rotation_old_values_are_read_and_new_ones_use_the_new_key(settings: Any) -> None:
    before = encrypt("secret", **HERE)
    settings.ENCRYPTION_KEYS = f"new:{NEW},old:{OLD}"
    assert keyring.current_key_id() == "new"
    assert decrypt(before, **HERE) == "secret"
    assert encrypt("secret", **HERE).startswith("new:")
    settings.ENCRYPTION_KEYS = f"new:{NEW}"
    with pytest.raises(Unreadable, match="no key 'old'"):
        decrypt(before, **HERE)


@pytest.mark.parametrize("text", ["", "old", f"old:{OLD},old:{NEW}", f"a b:{OLD}", "old:AAAA", f"{'x' * 21}:{OLD}"])
def test_keys_that_make_no_sense_are_refused(settings: Any, text: str) -> None:
    settings.ENCRYPTION_KEYS = text
    with pytest.raises(ImproperlyConfigured) as raised:
        keyring.current_key_id()
    assert OLD not in str(raised.value)
