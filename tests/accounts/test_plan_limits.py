"""What a plan allows: one table, asked for without a database while it is remembered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from time import sleep
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts import plans, procedures
from accounts.models import Payment, Plan
from accounts.plans import Limits
from accounts.procedures import SignedUp
from shards.exceptions import AccountUnknown
from shards.transactions import in_global_transaction

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

FREE = Limits("FREE", 10, 20_000)
BASIC = Limits("BASIC", 50, 200_000)
THREADS = 8


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account(shard=1).account_db_key


def take(key: int, plan: str, *, access: timedelta | None = timedelta(days=30)) -> None:
    """The account's live row becomes this plan's, as a change of plan leaves it."""
    now = datetime.now(UTC)
    until = None if access is None else now + access
    Payment.objects.filter(live_account=key).update(
        payment_plan=plan, starts_at=now - timedelta(days=60), expires_at=until, access_until=until
    )


def test_everybody_begins_with_the_free_plan(key: int) -> None:
    (row,) = Payment.objects.filter(account=key)
    assert (row.payment_plan_id, row.payment_status, row.plan_price) == ("FREE", "ACTIVE", Decimal(0))
    assert (row.expires_at, row.access_until) == (None, None)
    assert row.live_account == key
    assert plans.limits_of(key) == FREE


def test_a_remembered_limit_asks_no_database(key: int) -> None:
    plans.limits_of(key)
    with CaptureQueriesContext(connections["default"]) as queries:
        assert plans.limits_of(key) == FREE
        plans._remembered.clear()  # another process, with the cache server in between
        assert plans.limits_of(key) == FREE
    assert len(queries) == 0


def test_a_change_counts_once_it_is_told(key: int) -> None:
    plans.limits_of(key)
    take(key, "BASIC")
    assert plans.limits_of(key) == FREE
    plans.forget(key)
    assert plans.limits_of(key) == BASIC
    assert cache.get(f"plan_of:{key}") is not None


def test_access_ends_by_itself_whatever_is_remembered(key: int) -> None:
    take(key, "BASIC", access=timedelta(seconds=0.2))
    assert plans.refreshed(key) == BASIC
    sleep(0.25)
    assert plans.limits_of(key) == FREE


def test_an_administrator_s_row_is_kept_by_the_seed(key: int) -> None:
    Plan.objects.filter(payment_plan="FREE").update(alarms=3)
    Plan.objects.filter(payment_plan="BASIC").delete()
    plans.seed_plans()
    assert plans.refreshed(key).alarms == 3
    assert set(Plan.objects.values_list("payment_plan", flat=True)) == {"FREE", "BASIC", "PREMIUM", "ENTERPRISE"}


def test_an_unknown_account_has_no_plan() -> None:
    with pytest.raises(AccountUnknown):
        plans.limits_of(1)


@really
def test_defaults_are_given_once_however_often_they_are_asked_for(key: int, at_once: Callable[..., list[Any]]) -> None:
    """With the account's lock taken out the result is the same: the primary keys decide."""
    Payment.objects.filter(account=key).delete()
    answers = at_once(lambda _: _defaults(key), *range(THREADS))
    assert answers == [None] * THREADS
    assert Payment.objects.filter(account=key).count() == 1


def test_an_unknown_account_gets_no_defaults() -> None:
    with pytest.raises(AccountUnknown):
        procedures.initialize_user_defaults(account_db_key=1)


def _defaults(key: int) -> None:
    in_global_transaction(procedures.initialize_user_defaults)(account_db_key=key)
