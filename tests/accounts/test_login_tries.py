"""Guessing is counted; a stranger's guesses do not keep the owner out; a flood of log-ins takes one hash a core."""

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Account
from accounts.passwords import hashing
from accounts.procedures import SignedUp
from config.throttling import Throttled

pytestmark = pytest.mark.django_db(databases="__all__")

PASSWORD = "correct horse 7"
HOME, AWAY = "10.0.0.1", "10.0.0.2"


@pytest.fixture(autouse=True)
def cheap_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.THROTTLES = settings.THROTTLES | {"login_tries": (3, 900), "login_strangers": (8, 900)}


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    account = make_account("alice")
    Account.objects.filter(pk=account.account_db_key).update(password=make_password(PASSWORD))
    return account


def log_in(address: str, password: str = PASSWORD, account_id: str = "alice") -> int:
    return (
        Client()
        .post(
            "/api/v1/auth/login",
            {"account_id": account_id, "password": password},
            content_type="application/json",
            headers={"x-forwarded-for": address},
        )
        .status_code
    )


def test_after_so_many_wrong_ones_this_address_must_wait_and_no_other(alice: SignedUp) -> None:
    assert [log_in(AWAY, "wrong") for _ in range(4)] == [401, 401, 401, 429]
    assert log_in(AWAY) == 429
    assert log_in(HOME) == 200


def test_a_right_one_begins_anew(alice: SignedUp) -> None:
    assert [log_in(HOME, "wrong") for _ in range(2)] == [401, 401]
    assert log_in(HOME) == 200
    assert [log_in(HOME, "wrong") for _ in range(3)] == [401, 401, 401]


def test_strangers_from_many_addresses_do_not_keep_the_owner_out_at_home(alice: SignedUp) -> None:
    assert log_in(HOME) == 200
    guesses = [log_in(f"10.1.0.{number}", "wrong") for number in range(12)]
    assert guesses == [401] * 8 + [429] * 4
    assert log_in("10.2.0.1") == 429, "from an address that the account never had"
    assert log_in(HOME) == 200


def test_an_id_that_nobody_has_is_counted_alike(alice: SignedUp) -> None:
    for account_id in ("alice", "nobody"):
        assert [log_in(AWAY, "wrong", account_id) for _ in range(4)] == [401, 401, 401, 429]


def test_spelling_does_not_make_another_counter(alice: SignedUp) -> None:
    assert [log_in(AWAY, "wrong", name) for name in ("alice", "ALICE", "Alicé", "aLiCe")] == [401, 401, 401, 429]


def test_one_hash_is_computed_whatever_is_wrong(alice: SignedUp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown account, wrong password, unusable password: the same work."""
    hashing.is_password("x", None)  # makes nobody's hash, once a process
    computed: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counting(self: Any, password: str, salt: str) -> str:
        computed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counting)
    for address, account_id in ((HOME, "alice"), (AWAY, "nobody")):
        computed.clear()
        assert log_in(address, "wrong", account_id) == 401
        assert computed == ["wrong"], account_id


def test_beyond_one_hash_for_each_core_the_answer_is_429(alice: SignedUp, settings: Any) -> None:
    settings.PASSWORD_WAIT_SECONDS = 0
    places = [os.open(path, os.O_RDWR | os.O_CREAT) for path in hashing._places()]
    assert len(places) == os.cpu_count()
    try:
        for place in places:  # of whichever process
            fcntl.flock(place, fcntl.LOCK_EX)
        assert log_in(HOME) == 429
        with pytest.raises(Throttled):
            hashing.hash_password("x")
        fcntl.flock(places[-1], fcntl.LOCK_UN)
        assert log_in(HOME) == 200
    finally:
        for place in places:
            os.close(place)


def test_no_more_hashes_run_at_once_than_there_are_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at_once: Callable[..., list[Any]], settings: Any
) -> None:
    settings.PASSWORD_WAIT_SECONDS = 30
    monkeypatch.setattr(hashing, "_places", lambda: [tmp_path / "one", tmp_path / "two"])
    running, most, lock = [0], [0], threading.Lock()

    def slow(*_: Any) -> bool:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.02)
        with lock:
            running[0] -= 1
        return True

    monkeypatch.setattr(hashing, "check_password", slow)
    assert at_once(lambda _: hashing.is_password("x", "y"), *range(10)) == [True] * 10
    assert most == [2]
