"""What the locks of the routines on an account are for: each race ends well, and badly when the lock is taken out.

One change has been made and is not committed yet; another one comes, and decides on what it reads. With its lock it
waits and reads what was committed; without, it decides on what was there before.

Some need none. `fp_recovery_codes_put` is called under the lock that `fp_second_factor_use` has taken.
`fp_profile_setup`, `fp_initialize_user_defaults` and `fp_save_api_keys` write a row with one statement, and the primary
key makes it the only one (keys saved at once: api_keys/test_api_keys); `fp_user_sessions_end` ends what is there with
one UPDATE (a log-in at the same time meets the lock in `fp_user_login`: test_standing). They lock the account's row
only to come in the same order as others.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import procedures
from accounts.codes import procedures as codes
from accounts.exceptions import AccountWithdrawn, CodeInvalid, ResetLinkInvalid, SecondFactorActive
from accounts.models import Account, OneTimeCode, Payment, Profile, RecoveryCode, SecondFactor, UserSession
from accounts.passwords import procedures as passwords
from accounts.payments import procedures as payments
from accounts.payments.exceptions import PlanIsFree
from accounts.profiles import procedures as profiles
from accounts.second_factor import procedures as factors
from accounts.second_factor.services import _confirm
from accounts.sessions import hash_token
from accounts.withdrawal import procedures as withdrawal
from shards.fields import new_public_id
from shards.models import ShardConfig
from shards.procedures import update_shard_status
from shards.transactions import in_global_transaction
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

UNLOCKED = ("       FOR UPDATE;", ";")
Work = Callable[[], Any]
Meet = Callable[[Work, Work], Any]


@pytest.fixture
def key(make_account: Callable[..., procedures.SignedUp]) -> int:
    return make_account("alice").account_db_key


@pytest.fixture
def meet(at_once: Callable[..., list[Any]]) -> Meet:
    """`meet(first, second)`: what the second answers (or raises) that comes while the first is not committed yet."""

    def run(first: Work, second: Work) -> Any:
        is_made = threading.Event()

        def commit_late() -> None:
            with transaction.atomic():
                first()
                is_made.set()
                threading.Event().wait(0.4)

        def come_meanwhile() -> Any:
            assert is_made.wait(30)
            return in_global_transaction(second)()

        failed, answer = at_once(lambda work: work(), commit_late, come_meanwhile)
        assert failed is None, failed
        return answer

    return run


def held(name: str, is_locked: bool, *more: tuple[str, str]) -> Any:
    """The routine as it is, or without its locks."""
    return weakened("default", name, *(() if is_locked else (UNLOCKED, *more)))


both = pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "unlocked"])


# Standing and sessions ------------------------------------------------------------------------------------------------
@both
def test_who_withdraws_meanwhile_is_not_unblocked(key: int, meet: Meet, is_locked: bool) -> None:
    Account.objects.update(account_status="Blocked", withdraw_time=timezone.now() - timedelta(days=40))
    with held("fp_account_status_set", is_locked):
        answer = meet(
            lambda: withdrawal.account_withdraw(account_db_key=key, grace_seconds=0),
            lambda: procedures.account_status_set(
                account_db_key=key, account_status="Normal", block_endtime=None, changed_by=7, reason="race"
            ),
        )
    assert isinstance(answer, AccountWithdrawn) is is_locked
    assert Account.objects.get().account_status == ("Withdrawn" if is_locked else "Normal")


@both
def test_the_later_level_is_the_one_that_stays(key: int, meet: Meet, is_locked: bool) -> None:
    """Unlocked, taking a level away again saw that there was none yet, and left the account an administrator."""

    def level(number: int) -> Work:
        return lambda: procedures.account_level_set(
            account_db_key=key, account_level=number, changed_by=7, reason="race"
        )

    with held("fp_account_level_set", is_locked):
        assert meet(level(4), level(1)) == []
    assert Account.objects.get().account_level == (1 if is_locked else 4)


@both
def test_a_session_that_has_ended_keeps_its_end(key: int, meet: Meet, is_locked: bool) -> None:
    """No lock is needed: the UPDATE's own condition keeps the first end; without it, the second takes its place."""
    session = _logged_in(key, "a")
    ends: list[Any] = []

    def end() -> Any:
        answer = procedures.user_session_end(account_db_key=key, session_id=session.session_id)
        ends.append(UserSession.objects.get().ended_at)
        return answer

    change = () if is_locked else ((" AND ended_at IS NULL;", ";"),)
    with weakened("default", "fp_user_session_end", *change):
        assert meet(end, end).token_hash == hash_token("a")
    assert (ends[0] == ends[1] == UserSession.objects.get().ended_at) is is_locked


def test_ended_by_many_at_once_each_session_is_told_once(key: int, at_once: Callable[..., list[Any]]) -> None:
    for name in "abcdef":
        _logged_in(key, name)
    end = in_global_transaction(procedures.user_sessions_end)
    answers = at_once(lambda _: end(account_db_key=key, kept_session_id=None), *range(4))
    told = [ended.token_hash for answer in answers for ended in answer]
    assert sorted(told) == sorted(hash_token(name) for name in "abcdef")
    assert not UserSession.objects.filter(ended_at=None).exists()


# Codes and links ------------------------------------------------------------------------------------------------------
@both
def test_a_link_to_an_address_that_is_being_left_is_no_good(key: int, meet: Meet, is_locked: bool) -> None:
    """Unlocked, whoever reads the old address' mail could still take the account over."""
    code_id = new_public_id()
    in_global_transaction(passwords.password_reset_request)(
        code_id=code_id, platform_type=1, email="alice@example.com", nonce=b"n" * 32, lifetime_seconds=60
    )
    with held("fp_password_reset", is_locked):
        answer = meet(
            lambda: profiles.update_basic_profile(account_db_key=key, email="new@example.com"),
            lambda: passwords.password_reset(
                code_id=code_id,
                old_password_hash="!",
                new_password_hash="taken over",
                changed_by_ip="10.0.0.1",
                event_id=new_public_id(),
            ),
        )
    assert isinstance(answer, ResetLinkInvalid) is is_locked
    assert Account.objects.get().password == ("!" if is_locked else "taken over")


@both
def test_of_codes_asked_for_at_once_one_is_good(key: int, at_once: Callable[..., list[Any]], is_locked: bool) -> None:
    slowly = ("    INSERT INTO table_one", "    DO SLEEP(0.2);\n    INSERT INTO table_one")
    with weakened("default", "fp_one_time_code_insert", slowly, *(() if is_locked else (UNLOCKED,))):
        assert at_once(lambda _: _code(key), *range(3)).count(None) == 0
    assert (OneTimeCode.objects.filter(used_at=None).count() == 1) is is_locked


@both
def test_a_code_does_not_verify_the_address_that_is_taken_meanwhile(key: int, meet: Meet, is_locked: bool) -> None:
    code_id = _code(key)
    with held("fp_one_time_code_use", is_locked):
        answer = meet(
            lambda: profiles.update_basic_profile(account_db_key=key, email="unseen@example.com"),
            lambda: codes.one_time_code_use(code_id=code_id),
        )
    assert isinstance(answer, CodeInvalid) is is_locked
    assert Account.objects.get().email_verified is not is_locked


# The second factor ----------------------------------------------------------------------------------------------------
@both
def test_a_factor_that_is_being_confirmed_is_not_replaced(key: int, meet: Meet, is_locked: bool) -> None:
    """Unlocked, the user was told that the factor is in force, and then it was gone."""
    in_global_transaction(factors.second_factor_begin)(account_db_key=key, secret="first")
    with held("fp_second_factor_begin", is_locked):
        answer = meet(
            lambda: factors.second_factor_use(account_db_key=key, secret="first", step=5),
            lambda: factors.second_factor_begin(account_db_key=key, secret="second"),
        )
    assert isinstance(answer, SecondFactorActive) is is_locked
    assert (SecondFactor.objects.get().confirmed_at is not None) is is_locked


@both
def test_one_set_of_recovery_codes_is_left(key: int, at_once: Callable[..., list[Any]], is_locked: bool) -> None:
    """Put under the lock of the code that is confirmed; without that, each thread is told codes of its own."""
    in_global_transaction(factors.second_factor_begin)(account_db_key=key, secret="s")

    def confirm(number: int) -> None:
        hashes = [hash_token(f"{number} {place}").hex() for place in range(10)]
        _confirm(account_db_key=key, secret="s", step=5, code_hashes=hashes)

    unlocked = () if is_locked else (UNLOCKED, ("    UPDATE table_sec", "    DO SLEEP(0.2);\n    UPDATE table_sec"))
    slow = ("    INSERT INTO table_recovery", "    DO SLEEP(0.2);\n    INSERT INTO table_recovery")
    with (
        weakened("default", "fp_second_factor_use", *unlocked),
        weakened("default", "fp_recovery_codes_put", slow),
    ):
        answers = at_once(confirm, *range(3))
    assert (answers.count(None) == 1) is is_locked
    assert RecoveryCode.objects.count() == 10  # the factor's own row is held to the end, so they come in turn


# Plans ----------------------------------------------------------------------------------------------------------------
@both
@pytest.mark.parametrize("what", ["extend", "renew"])
def test_a_plan_that_is_ending_is_not_changed(key: int, meet: Meet, what: str, is_locked: bool) -> None:
    """Unlocked, the free plan that took its place was changed instead, and the caller was told that all was well."""
    paid = _paid(key)
    routine, change = {
        "extend": ("fp_payment_extend", lambda: payments.payment_extend(account_db_key=key, days=30)),
        "renew": (
            "fp_payment_auto_renewal_set",
            lambda: payments.payment_auto_renewal_set(account_db_key=key, auto_renewal=True, grace_days=7),
        ),
    }[what]
    with held(routine, is_locked):
        answer = meet(lambda: payments.payment_expire(payment_id=paid), change)
    free = Payment.objects.get(live_account=key)
    assert free.payment_plan_id == "FREE"
    assert isinstance(answer, PlanIsFree) is is_locked
    assert (free.starts_at < timezone.now() and not free.auto_renewal) is is_locked


def test_prolonged_by_two_at_once_a_plan_lasts_by_both(key: int, at_once: Callable[..., list[Any]]) -> None:
    paid = Payment.objects.get(pk=_paid(key))
    extend = in_global_transaction(payments.payment_extend)
    assert at_once(lambda days: extend(account_db_key=key, days=days), 10, 3) == [None, None]
    assert paid.expires_at
    assert Payment.objects.get(pk=paid.pk).expires_at == paid.expires_at + timedelta(days=13)


# One statement a row --------------------------------------------------------------------------------------------------
def test_defaults_given_by_many_at_once_are_given_once(key: int, at_once: Callable[..., list[Any]]) -> None:
    Profile.objects.all().delete()
    Payment.objects.all().delete()
    give = in_global_transaction(procedures.initialize_user_defaults)
    assert at_once(lambda _: give(account_db_key=key), *range(6)) == [None] * 6
    assert (Profile.objects.count(), Payment.objects.count()) == (1, 1)


def test_answers_given_at_once_are_one_caller_s_and_not_mixed(key: int, at_once: Callable[..., list[Any]]) -> None:
    Profile.objects.all().delete()
    sets = [("BEGINNER", "CONSERVATIVE", "GROWTH"), ("EXPERT", "AGGRESSIVE", "INCOME")]
    setup = in_global_transaction(profiles.profile_setup)

    def answer(number: int) -> None:
        experience, risk, goal = sets[number % 2]
        setup(
            account_db_key=key,
            investment_experience=experience,
            risk_tolerance=risk,
            investment_goal=goal,
            monthly_budget=Decimal(number % 2),
        )

    assert at_once(answer, *range(6)) == [None] * 6
    profile = Profile.objects.get()
    given = (profile.investment_experience, profile.risk_tolerance, profile.investment_goal)
    assert given == sets[int(profile.monthly_budget)]


# Shards ---------------------------------------------------------------------------------------------------------------
@both
def test_the_later_status_of_a_shard_is_the_one_that_stays(meet: Meet, is_locked: bool) -> None:
    """Unlocked, opening a shard again saw that it was open still, and it stayed closed."""
    unlocked = () if is_locked else ((" FOR UPDATE;", ";"),)
    with weakened("default", "fp_update_shard_status", *unlocked):
        meet(
            lambda: update_shard_status(shard_id=2, status="disabled"),
            lambda: update_shard_status(shard_id=2, status="active"),
        )
    assert ShardConfig.objects.get(pk=2).status == ("active" if is_locked else "disabled")


def _logged_in(key: int, token: str) -> procedures.LoggedIn:
    from accounts.services import _login

    return _login(account_db_key=key, password_hash="!", token_hash=hash_token(token), address="127.0.0.1")


def _code(key: int) -> UUID:
    code_id = new_public_id()
    in_global_transaction(codes.one_time_code_insert)(
        code_id=code_id, account_db_key=key, purpose="email", nonce=b"n" * 32, lifetime_seconds=600
    )
    return code_id


def _paid(key: int) -> UUID:
    """A paid plan whose period and access have just ended."""
    now = timezone.now()
    payment = Payment.objects.get(live_account=key)
    Payment.objects.filter(pk=payment.pk).update(
        payment_plan="BASIC",
        plan_name="Basic",
        plan_price=9_900,
        starts_at=now - timedelta(days=31),
        expires_at=now - timedelta(seconds=1),
        access_until=now - timedelta(seconds=1),
    )
    return payment.pk
