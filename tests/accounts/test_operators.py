"""Who may open the admin: web accounts of level 2 and above; operators look, administrators change."""

from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from accounts.models import Account
from accounts.procedures import SignedUp

pytestmark = pytest.mark.django_db(databases="__all__")

PASSWORD = "correct horse 7"


@pytest.fixture
def account(make_account: Callable[..., SignedUp]) -> Callable[..., Account]:
    def make(level: int, **changes: object) -> Account:
        row = Account.objects.get(pk=make_account("op").account_db_key)
        row.account_level = level
        for name, value in changes.items():
            setattr(row, name, value)
        row.set_password(PASSWORD)
        row.save()
        return row

    return make


@pytest.mark.parametrize(
    ("level", "is_staff", "may_change"),
    [(0, False, False), (1, False, False), (2, True, False), (3, True, False), (4, True, True)],
)
def test_a_level_says_what_one_may_do(
    account: Callable[..., Account], client: Client, level: int, is_staff: bool, may_change: bool
) -> None:
    row = account(level)
    assert authenticate(username="op", password=PASSWORD) == row
    assert (row.is_staff, row.is_superuser, row.has_module_perms("accounts")) == (is_staff, may_change, is_staff)
    assert (row.has_perm("accounts.view_account"), row.has_perm("accounts.change_account")) == (is_staff, may_change)
    client.force_login(row)
    assert (client.get("/admin/").status_code == 200) is is_staff


@pytest.mark.parametrize(
    "changes", [{"account_status": "Blocked"}, {"account_status": "Withdrawn"}, {"platform_type": 2}]
)
def test_who_is_blocked_or_from_another_platform_stays_out(
    account: Callable[..., Account], changes: dict[str, object]
) -> None:
    account(4, **changes)
    assert authenticate(username="op", password=PASSWORD) is None


def test_a_wrong_password_or_name_is_nobody(account: Callable[..., Account]) -> None:
    account(4)
    assert authenticate(username="op", password="wrong") is None
    assert authenticate(username="nobody", password=PASSWORD) is None
    assert authenticate(username="op") is None


def test_blocking_ends_a_console_session_at_once(account: Callable[..., Account], client: Client) -> None:
    client.force_login(account(4))
    assert client.get("/admin/").status_code == 200
    Account.objects.update(account_status="Blocked")
    assert client.get("/admin/").status_code == 302
