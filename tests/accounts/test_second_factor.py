"""The second factor: set up with the password, asked for at log-in, each step and each recovery code used once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts import keyring
from accounts.exceptions import SecondFactorInvalid
from accounts.models import Account, AccountAudit, RecoveryCode, SecondFactor
from accounts.models.account import ADMINISTRATOR
from accounts.procedures import SignedUp
from accounts.second_factor import codes, procedures, services, ticket
from shards.exceptions import AccountUnknown
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

PASSWORD = "correct horse 7"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cheap_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    account = make_account("alice")
    Account.objects.filter(pk=account.account_db_key).update(password=make_password(PASSWORD))
    return account


@pytest.fixture
def call(client: Client, alice: SignedUp, bearer: Callable[[int], dict[str, str]]) -> Callable[..., Any]:
    headers = bearer(alice.account_db_key)

    def send(path: str, **body: str) -> Any:
        return client.post(f"/api/v1/auth/{path}", body, content_type="application/json", headers=headers)

    return send


def log_in() -> Any:
    body = {"account_id": "alice", "password": PASSWORD}
    return Client().post("/api/v1/auth/login", body, content_type="application/json")


def second_step(given: str, code: str) -> Any:
    body = {"ticket": given, "code": code}
    return Client().post("/api/v1/auth/login/second-step", body, content_type="application/json")


def set_up(call: Callable[..., Any], at: datetime = NOON) -> tuple[str, list[str]]:
    """The secret and the recovery codes; the step of `at` is used."""
    with time_machine.travel(at, tick=False):
        secret = call("totp", current_password=PASSWORD).json()["secret"]
        answer = call("totp/confirm", code=pyotp.TOTP(secret).now())
    assert answer.status_code == 200, answer.json()
    return secret, answer.json()["recovery_codes"]


def test_the_published_test_vectors() -> None:
    """RFC 6238, appendix B, SHA-1; its eight digits end in our six."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        with time_machine.travel(datetime.fromtimestamp(seconds, UTC), tick=False):
            assert codes.step_of(secret, code, 0) == seconds // 30


def test_it_is_in_force_once_a_code_is_confirmed(call: Callable[..., Any], alice: SignedUp) -> None:
    begun = call("totp", current_password=PASSWORD)
    secret = begun.json()["secret"]
    assert begun.status_code == 201
    assert begun.json()["otpauth_uri"].startswith("otpauth://totp/Finance%20platform:alice?secret=")
    assert log_in().status_code == 200, "not in force yet"
    assert call("totp/confirm", code="000000").json()["code"] == "second_factor_invalid"
    recovery = call("totp/confirm", code=pyotp.TOTP(secret).now()).json()["recovery_codes"]
    assert len(set(recovery)) == 10
    assert log_in().status_code == 202
    assert call("totp", current_password=PASSWORD).json()["code"] == "second_factor_active"
    row = SecondFactor.objects.get()
    assert secret not in row.secret
    assert keyring.decrypt(row.secret, column=services.COLUMN, account_db_key=alice.account_db_key) == secret
    stored = repr(list(RecoveryCode.objects.values()))
    assert not [code for code in recovery if code in stored]


def test_a_wrong_password_sets_nothing_up(call: Callable[..., Any]) -> None:
    assert call("totp", current_password="wrong").json()["code"] == "password_wrong"
    assert call("totp/confirm", code="000000").json()["code"] == "second_factor_missing"
    assert not SecondFactor.objects.exists()


def test_a_log_in_has_two_steps_and_a_code_is_used_once(call: Callable[..., Any]) -> None:
    secret, _ = set_up(call)
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        given = log_in().json()
        assert set(given) == {"ticket", "expires_at"}
        code = pyotp.TOTP(secret).now()
        assert second_step(given["ticket"], "000000").status_code == 401
        answer = second_step(given["ticket"], code)
        assert (answer.status_code, answer.json()["account_db_key"] > 0) == (200, True)
        replayed = second_step(given["ticket"], code)
        assert (replayed.status_code, replayed.json()["code"]) == (401, "second_factor_invalid")
        before = pyotp.TOTP(secret).at(NOON + timedelta(seconds=30))
        assert second_step(given["ticket"], before).status_code == 401, "an older step is over, too"


def test_the_ticket_is_for_minutes_and_for_this_password(call: Callable[..., Any], settings: Any) -> None:
    secret, _ = set_up(call)
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        given = log_in().json()["ticket"]
    late = NOON + timedelta(minutes=10, seconds=settings.SECOND_STEP_SECONDS + 1)
    with time_machine.travel(late, tick=False):
        assert second_step(given, pyotp.TOTP(secret).now()).status_code == 401
        again = log_in().json()["ticket"]
        Account.objects.update(password=make_password("battery staple 8"))
        assert second_step(again, pyotp.TOTP(secret).now()).status_code == 401
    assert second_step("forged", "000000").status_code == 401


def test_a_recovery_code_works_once_however_it_is_typed(call: Callable[..., Any], client: Client) -> None:
    _, recovery = set_up(call)
    typed = f"{recovery[0][:8].lower()}-{recovery[0][8:]}"
    assert second_step(log_in().json()["ticket"], typed).status_code == 200
    assert second_step(log_in().json()["ticket"], recovery[0]).status_code == 401
    assert RecoveryCode.objects.exclude(used_at=None).count() == 1


def test_wrong_codes_are_counted(call: Callable[..., Any], settings: Any) -> None:
    set_up(call)
    settings.THROTTLES = settings.THROTTLES | {"second_factor": (3, 300)}
    given = log_in().json()["ticket"]
    tried = ["000000", "AAAABBBBCCCCDDDD", "111111", "222222"]
    assert [second_step(given, code).status_code for code in tried] == [401, 401, 401, 429]


def test_it_is_taken_off_with_both_factors(call: Callable[..., Any]) -> None:
    _, recovery = set_up(call)
    assert call("totp/remove", current_password="wrong", code=recovery[0]).json()["code"] == "password_wrong"
    assert call("totp/remove", current_password=PASSWORD, code="0" * 16).json()["code"] == "second_factor_invalid"
    assert call("totp/remove", current_password=PASSWORD, code=recovery[0]).status_code == 204
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count(), log_in().status_code) == (0, 0, 200)


def test_an_operator_resets_it_and_that_is_written_down(call: Callable[..., Any], alice: SignedUp) -> None:
    set_up(call)
    services.factor_reset(account_db_key=alice.account_db_key, changed_by=7, reason="lost phone, passport seen")
    assert log_in().status_code == 200
    row = AccountAudit.objects.get()
    assert (row.subject, row.changed_by, row.reason) == ("second_factor", 7, "lost phone, passport seen")


def test_a_secret_copied_to_another_account_does_not_decrypt(
    call: Callable[..., Any], make_account: Callable[..., SignedUp]
) -> None:
    set_up(call)
    bob = make_account("bob").account_db_key
    procedures.second_factor_begin(account_db_key=bob, secret=SecondFactor.objects.get().secret)
    with pytest.raises(keyring.Unreadable):
        services.factor_confirm(account_db_key=bob, code="000000", address="")


def test_nobody_has_no_factor() -> None:
    with pytest.raises(AccountUnknown):
        procedures.second_factor_begin(account_db_key=1, secret="x")
    assert procedures.second_factor_get(account_db_key=1) is None
    with pytest.raises(SecondFactorInvalid):
        procedures.recovery_code_use(account_db_key=1, code_hash=bytes(32))


def test_staff_log_in_to_the_admin_with_it(call: Callable[..., Any], alice: SignedUp, settings: Any) -> None:
    Account.objects.update(account_level=ADMINISTRATOR)
    settings.STAFF_WITHOUT_SECOND_FACTOR = False
    assert authenticate(username="alice", password=PASSWORD) is None, "production wants one of everybody"
    settings.STAFF_WITHOUT_SECOND_FACTOR = True
    assert authenticate(username="alice", password=PASSWORD) is not None
    secret, recovery = set_up(call)
    assert authenticate(username="alice", password=PASSWORD) is None
    assert authenticate(username="alice", password=PASSWORD, code="000000") is None
    page = Client()
    form = {"username": "alice", "password": PASSWORD}
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        code = pyotp.TOTP(secret).now()
        assert b"Please enter the correct" in page.post("/admin/login/", form).content
        assert page.post("/admin/login/", form | {"code": code}).status_code == 302
        assert authenticate(username="alice", password=PASSWORD, code=code) is None, "it was used"
    assert authenticate(username="alice", password=PASSWORD, code=recovery[0]) is not None


def test_too_many_tries_are_told_on_the_log_in_page(alice: SignedUp, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"login_tries": (1, 900)}
    form = {"username": "alice", "password": "wrong"}
    answers = [Client().post("/admin/login/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert b"Too many requests" in answers[1].content


@really
@pytest.mark.parametrize("kind", ["step", "recovery"])
def test_one_code_at_once_is_used_once(
    call: Callable[..., Any], alice: SignedUp, at_once: Callable[..., list[Any]], kind: str
) -> None:
    """With FOR UPDATE taken out, both read that it was not used yet, and both got in."""
    set_up(call)
    routine, slow = {
        "step": ("fp_second_factor_use", "UPDATE table_second_factors"),
        "recovery": ("fp_recovery_code_use", "UPDATE table_recovery_codes"),
    }[kind]
    assert race(kind, alice.account_db_key, at_once) == 1
    change = (("\n       FOR UPDATE;", ";"), (f"    {slow}", f"    DO SLEEP(0.2);\n    {slow}"))
    with weakened("default", routine, *change):
        assert race(kind, alice.account_db_key, at_once) == 4


def race(kind: str, key: int, at_once: Callable[..., list[Any]]) -> int:
    """How many of four got in with one code."""
    SecondFactor.objects.update(last_step=0)
    RecoveryCode.objects.update(used_at=None)
    step = 5 if kind == "step" else None
    code_hash = bytes(RecoveryCode.objects.first().code_hash)
    proof = services.Proof(key, SecondFactor.objects.get().secret, step, code_hash)
    return at_once(lambda _: services.proof_use(proof), *range(4)).count(None)


def test_a_ticket_names_its_account_and_nobody_else_s() -> None:
    given = ticket.issue(1000, "hash").ticket
    assert ticket.account_of(given) == 1000
    with pytest.raises(SecondFactorInvalid):
        ticket.require(given, "another hash")
