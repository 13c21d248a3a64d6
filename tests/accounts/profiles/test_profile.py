"""/api/v1/profile: what an account sees and changes of itself."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from time import sleep
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.exceptions import EmailTaken
from accounts.models import Account, AccountAudit, Profile
from accounts.procedures import SignedUp
from accounts.profiles import procedures, selectors, services
from shards.exceptions import AccountUnknown
from shards.transactions import in_global_transaction
from tests.weakened import failing, weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/profile"
JSON = "application/json"
ANSWERS: dict[str, Any] = {
    "investment_experience": "EXPERT",
    "risk_tolerance": "AGGRESSIVE",
    "investment_goal": "INCOME",
    "monthly_budget": "1500000.5",
}


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account("alice").account_db_key


@pytest.fixture
def mine(key: int, bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(key)


def patch(client: Client, headers: dict[str, str], **changes: Any) -> Any:
    return client.patch(URL, changes, content_type=JSON, headers=headers)


def test_a_new_account_has_the_defaults(client: Client, key: int, mine: dict[str, str]) -> None:
    profile = client.get(URL, headers=mine).json()
    assert profile.pop("create_time")
    assert profile.pop("updated_at")
    assert profile == {
        "account_db_key": key,
        "platform_type": 1,
        "account_id": "alice",
        "nickname": "Alice",
        "email": "alice@example.com",
        "email_verified": False,
        "phone_number": None,
        "phone_verified": False,
        "account_level": 1,
        "birth_date": None,
        "gender": None,
        "withdraw_time": None,
        "investment_experience": "BEGINNER",
        "risk_tolerance": "MODERATE",
        "investment_goal": "GROWTH",
        "monthly_budget": "0.000000",
        "profile_completed": False,
        "country": "KOR",
        "timezone": "Asia/Seoul",
        "language": "ko",
        "currency": "KRW",
        "theme": "system",
        "image_hash": None,
    }


def test_the_questions_after_sign_up_complete_the_profile(client: Client, mine: dict[str, str]) -> None:
    for answers in (ANSWERS, ANSWERS | {"risk_tolerance": "CONSERVATIVE"}):
        answer = client.post(f"{URL}/setup", answers, content_type=JSON, headers=mine)
        assert answer.status_code == 200
        shown = {name: answer.json()[name] for name in ANSWERS}
        assert shown == answers | {"monthly_budget": "1500000.500000"}
        assert answer.json()["profile_completed"] is True


@pytest.mark.parametrize(
    "changes",
    [
        {"nickname": "Alicia 😀"},
        {"phone_number": "+821012345678"},
        {"birth_date": "1990-02-28", "gender": "F"},
        {"country": "USA", "timezone": "America/New_York", "language": "en", "currency": "USD", "theme": "dark"},
        {"investment_goal": "PRESERVATION", "monthly_budget": "0.000001"},
        {"nickname": "N", "theme": "light"},
    ],
)
def test_patch_changes_what_is_given_and_nothing_else(
    client: Client, mine: dict[str, str], changes: dict[str, Any]
) -> None:
    before = client.get(URL, headers=mine).json()
    after = patch(client, mine, **changes)
    assert after.status_code == 200
    changed = {name: value for name, value in after.json().items() if value != before[name]}
    changed.pop("updated_at", None)
    assert changed == changes
    assert client.get(URL, headers=mine).json() == after.json()


def test_what_may_be_left_out_can_be_removed(client: Client, mine: dict[str, str]) -> None:
    patch(client, mine, phone_number="+821012345678", birth_date="1990-02-28", gender="F")
    removed = patch(client, mine, phone_number=None, birth_date=None, gender=None).json()
    assert (removed["phone_number"], removed["birth_date"], removed["gender"]) == (None, None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "XXX"),
        ("country", "kor"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "asia/seoul"),
        ("currency", "KRX"),
        ("language", "de"),
        ("theme", "pink"),
        ("phone_number", "010-1234-5678"),
        ("phone_number", "+82101234567\n"),
        ("birth_date", "1899-12-31"),
        ("birth_date", (timezone.now() + timedelta(days=2)).date().isoformat()),
        ("monthly_budget", "-0.000001"),
        ("monthly_budget", "0.0000001"),
        ("investment_experience", "초보"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(client: Client, mine: dict[str, str], field: str, value: str) -> None:
    before = client.get(URL, headers=mine).json()
    answer = patch(client, mine, **{field: value})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    assert client.get(URL, headers=mine).json() == before


def test_another_address_needs_the_password_and_is_not_verified(client: Client, key: int, mine: dict[str, str]) -> None:
    Account.objects.filter(pk=key).update(email_verified=True, password=make_password("correct horse 7"))
    for wrong in ({}, {"current_password": "wrong horse 7"}):
        answer = patch(client, mine, email="new@example.com", **wrong)
        assert (answer.status_code, answer.json()["code"]) == (403, "email_needs_password")
    assert patch(client, mine, email="alice@example.com").json()["email_verified"] is True, "it is the same"
    changed = patch(client, mine, email="new@example.com", current_password="correct horse 7").json()
    assert (changed["email"], changed["email_verified"]) == ("new@example.com", False)
    audit = AccountAudit.objects.get(account=key)
    assert (audit.subject, audit.old_value, audit.new_value) == ("email", "alice@example.com", "new@example.com")


def test_another_number_is_not_verified(client: Client, key: int, mine: dict[str, str]) -> None:
    patch(client, mine, phone_number="+821012345678")
    Account.objects.filter(pk=key).update(phone_verified=True)
    assert patch(client, mine, phone_number="+821012345678", nickname="N").json()["phone_verified"] is True
    assert patch(client, mine, phone_number="+821012345679").json()["phone_verified"] is False
    Account.objects.filter(pk=key).update(phone_verified=True)
    assert patch(client, mine, phone_number=None).json()["phone_verified"] is False


@pytest.mark.parametrize("basic", [True, False])
def test_somebody_else_s_address_is_refused_and_nothing_is_changed(
    key: int, make_account: Callable[..., SignedUp], basic: bool
) -> None:
    make_account("bob")
    more = {} if basic else {"theme": "dark"}
    with pytest.raises(EmailTaken):
        services.profile_update(account_db_key=key, nickname="N", email="Bob@Example.com", **more)


@pytest.mark.parametrize(
    "read",
    [selectors.profile, selectors.notification_settings, selectors.contact_info, services.profile_update],
)
def test_an_unknown_account_is_said_to_be_unknown(read: Callable[..., Any]) -> None:
    with pytest.raises(AccountUnknown):
        read(account_db_key=1)
    with pytest.raises(AccountUnknown):
        services.profile_update(account_db_key=1, theme="dark")
    with pytest.raises(AccountUnknown):
        services.profile_setup(account_db_key=1, **ANSWERS)


def test_only_who_is_in_good_standing_can_be_reached(key: int) -> None:
    info = selectors.contact_info(account_db_key=key)
    assert info is not None
    assert (info.email, info.email_verified) == ("alice@example.com", False)
    assert (info.phone_number, info.language) == (None, "ko")
    Account.objects.filter(pk=key).update(account_status="Suspended")
    assert selectors.contact_info(account_db_key=key) is None


@really
def test_of_many_accounts_one_gets_the_address(
    make_account: Callable[..., SignedUp], at_once: Callable[..., list[Any]]
) -> None:
    """With uq_accountid_platform_email dropped, all eight had it."""
    keys = [make_account(f"user{n}x").account_db_key for n in range(8)]
    answers = at_once(lambda k: services.profile_update(account_db_key=k, email="one@example.com"), *keys)
    assert sorted(type(answer).__name__ for answer in answers) == ["EmailTaken"] * 7 + ["ProfileRow"]
    assert Account.objects.filter(email="one@example.com").count() == 1


def named_and_moved(key: int, at_once: Callable[..., list[Any]]) -> tuple[str, bool]:
    """One takes another address; meanwhile one who sends the whole profile repeats the old one, which was verified."""
    Account.objects.filter(pk=key).update(email="old@example.com", email_verified=True)

    def late() -> None:
        sleep(0.1)
        services.profile_update(account_db_key=key, email="old@example.com")

    at_once(lambda work: work(), lambda: services.profile_update(account_db_key=key, email="new@example.com"), late)
    account = Account.objects.get(pk=key)
    return account.email, account.email_verified


SLOWLY = ("    -- The flags first", "    DO SLEEP(0.3);\n    -- The flags first")


@really
def test_an_address_that_was_left_is_not_verified_any_more(key: int, at_once: Callable[..., list[Any]]) -> None:
    with weakened("default", "fp_update_basic_profile", SLOWLY):
        assert named_and_moved(key, at_once) == ("old@example.com", False)


@really
def test_without_the_account_s_lock_the_flag_would_follow_what_was_read_too_early(
    key: int, at_once: Callable[..., list[Any]]
) -> None:
    """The second reads the old address before the first has changed it, and keeps a flag that is of no address now."""
    unlocked = ("       FOR UPDATE;", ";")
    kept = ("email_verified AND (p_email", "v_email = p_email OR (p_email")
    with weakened("default", "fp_update_basic_profile", SLOWLY, unlocked, kept):
        assert named_and_moved(key, at_once) == ("old@example.com", True)


@really
@pytest.mark.parametrize("table", ["table_accountid", "table_user_profiles"])
def test_a_failure_at_either_table_leaves_nothing_half_made(key: int, table: str) -> None:
    before = selectors.profile(account_db_key=key)
    with failing("default", "UPDATE", table), pytest.raises(OperationalError):
        services.profile_update(account_db_key=key, nickname="N", theme="dark", monthly_budget=Decimal(5))
    assert selectors.profile(account_db_key=key) == before


def test_setting_up_repairs_an_account_without_defaults(key: int) -> None:
    Profile.objects.filter(account=key).delete()
    in_global_transaction(procedures.profile_setup)(account_db_key=key, **ANSWERS)
    assert Profile.objects.get(account=key).profile_completed is True
