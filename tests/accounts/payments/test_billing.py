"""Periods end and begin again: month ends, refused renewals, grace and expiry."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts import plans
from accounts.models import LocalCharge, Payment, PaymentCharge
from accounts.payments import billing, procedures, selectors
from accounts.payments.charging import record
from accounts.payments.provider import Outcome
from shards.transactions import in_global_transaction
from tests.accounts.payments.conftest import end_period, move_back
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
Pay = Callable[..., Any]
STILL_USABLE = ("+ INTERVAL IF(auto_renewal, p_grace_days, 0) DAY", "+ INTERVAL 90 YEAR")  # a renewal of long ago
NOTHING = {"renewed": 0, "refused": 0, "waiting": 0, "ended": 0}


def live(key: int) -> Payment:
    return Payment.objects.get(live_account=key)


def change_card(key: int, token: str) -> None:
    """The card that was good when the plan was taken behaves like this from now on."""
    live(key).payment_method.__class__.objects.filter(account=key).update(provider_token=token)


def test_what_is_due_is_charged_once_and_goes_on_where_it_ended(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    assert billing.bill_due() == NOTHING
    end_period(key)
    ended = live(key).expires_at
    assert ended
    assert [billing.bill_due() for _ in range(2)] == [NOTHING | {"renewed": 1}, NOTHING]
    renewed = live(key)
    assert (renewed.payment_status, renewed.periods) == ("ACTIVE", 2)
    assert renewed.expires_at
    assert timedelta(days=27) < renewed.expires_at - ended < timedelta(days=32)
    assert LocalCharge.objects.count() == 2


@really
def test_the_last_day_of_a_month_comes_back_after_a_shorter_one(key: int, pay: Pay) -> None:
    """Counted from the plan's beginning: from the 31st of January to the 29th of February, then the 31st of March."""
    pay(key, "BASIC")
    start = datetime(2024, 1, 31, 12, tzinfo=UTC)
    first_end = datetime(2024, 2, 29, 12, tzinfo=UTC)
    never = timezone.now() + timedelta(days=10_000)
    Payment.objects.filter(live_account=key).update(starts_at=start, expires_at=first_end, access_until=never)
    ends = []
    for _ in range(3):
        with weakened(
            "default",
            "fp_payment_charge_settle",
            ("+ INTERVAL IF(auto_renewal, p_grace_days, 0) DAY", "+ INTERVAL 90 YEAR"),
        ):
            found = billing._renewal_begin(payment_id=live(key).pk, retry_hours=20)
            assert found is not None
            in_global_transaction(record)(found.charge_id, Outcome("SUCCEEDED", "r"))
        ends.append(live(key).expires_at)
    assert [(end.month, end.day) for end in ends if end] == [(3, 31), (4, 30), (5, 31)]


def test_a_refused_renewal_is_usable_for_its_grace_and_tried_each_day(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    change_card(key, "declined_4242")
    end_period(key)
    assert billing.bill_due() == NOTHING | {"refused": 1}
    assert live(key).payment_status == "PAST_DUE"
    assert plans.limits_of(key).payment_plan == "BASIC"
    assert billing.bill_due() == NOTHING | {"waiting": 1}, "not twice on one day"
    PaymentCharge.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert billing.bill_due() == NOTHING | {"refused": 1}
    change_card(key, "ok_4242")
    PaymentCharge.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert billing.bill_due() == NOTHING | {"renewed": 1}
    assert live(key).payment_status == "ACTIVE"


def test_when_the_grace_is_over_the_plan_ends_and_the_free_one_begins(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    change_card(key, "declined_4242")
    end_period(key)
    billing.bill_due()
    move_back(key, 8)
    assert plans.refreshed(key).payment_plan == "FREE", "whether the job has run or not"
    assert [billing.bill_due() for _ in range(2)] == [NOTHING | {"ended": 1}, NOTHING]
    assert selectors.plan(account_db_key=key).payment_plan == "FREE"
    assert list(
        Payment.objects.filter(account=key).order_by("created_at").values_list("payment_plan", "payment_status")
    ) == [("FREE", "EXPIRED"), ("BASIC", "EXPIRED"), ("FREE", "ACTIVE")]


def test_a_renewal_whose_answer_got_lost_is_charged_once(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    change_card(key, "lost_4242")
    end_period(key)
    assert billing.bill_due() == NOTHING | {"waiting": 1}
    assert billing.bill_due() == NOTHING | {"renewed": 1}
    assert LocalCharge.objects.count() == 2


def test_news_of_a_renewal_in_any_order_prolongs_it_once(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    change_card(key, "slow_4242")
    end_period(key)
    billing.bill_due()
    charge = PaymentCharge.objects.get(charge_status="PENDING")
    news = [("FAILED", False), ("SUCCEEDED", True), ("SUCCEEDED", False), ("FAILED", False), ("PENDING", False)]
    statuses = []
    for status, _ in news:
        in_global_transaction(record)(charge.pk, Outcome(status, "ref", "late"))
        statuses.append((live(key).payment_status, live(key).periods))
    assert statuses == [("PAST_DUE", 1), *[("ACTIVE", 2)] * 4]
    assert PaymentCharge.objects.get(pk=charge.pk).failure_code == ""


def begun_at_once(key: int, at_once: Callable[..., list[Any]]) -> list[Any]:
    end_period(key)
    payment_id = live(key).pk
    return at_once(lambda _: billing._renewal_begin(payment_id=payment_id, retry_hours=20), *range(6))


@really
def test_two_jobs_at_once_begin_one_charge(key: int, pay: Pay, at_once: Callable[..., list[Any]]) -> None:
    pay(key, "BASIC")
    answers = begun_at_once(key, at_once)
    assert len({answer.charge_id for answer in answers}) == 1
    assert PaymentCharge.objects.filter(kind="RENEWAL").count() == 1


@really
def test_without_the_account_s_lock_the_second_would_meet_the_unique_key(
    key: int, pay: Pay, at_once: Callable[..., list[Any]]
) -> None:
    """The constraint is the last line: no second charge is ever made, but the loser fails instead of joining."""
    pay(key, "BASIC")
    unlocked = ("       FOR UPDATE;", ";")
    slowly = ("            INSERT INTO", "            DO SLEEP(0.3);\n            INSERT INTO")
    with weakened("default", "fp_payment_renewal_begin", unlocked, slowly):
        answers = begun_at_once(key, at_once)
    assert any(isinstance(answer, Exception) for answer in answers)
    assert PaymentCharge.objects.filter(kind="RENEWAL").count() == 1


def expired_at_once(key: int, at_once: Callable[..., list[Any]]) -> list[Any]:
    payment_id = live(key).pk
    Payment.objects.filter(pk=payment_id).update(auto_renewal=False)
    move_back(key, 60)
    return at_once(lambda _: in_global_transaction(procedures.payment_expire)(payment_id=payment_id), *range(4))


@really
def test_a_plan_ends_once_however_many_jobs_end_it(key: int, pay: Pay, at_once: Callable[..., list[Any]]) -> None:
    pay(key, "BASIC")
    assert sorted(expired_at_once(key, at_once)) == [False, False, False, True]
    assert (live(key).payment_plan_id, Payment.objects.count()) == ("FREE", 3)


@really
def test_without_the_lock_two_jobs_would_both_end_it(key: int, pay: Pay, at_once: Callable[..., list[Any]]) -> None:
    pay(key, "BASIC")
    unlocked = ("       FOR UPDATE;", ";")
    slowly = ("    IF v_is_over THEN", "    DO SLEEP(0.3);\n    IF v_is_over THEN")
    with weakened("default", "fp_payment_expire", unlocked, slowly):
        answers = expired_at_once(key, at_once)
    assert any(isinstance(answer, Exception) for answer in answers), "the free plan's key stops the second"


def test_charges_are_amounts_as_agreed(key: int, pay: Pay) -> None:
    pay(key, "BASIC", billing_cycle="YEARLY")
    end_period(key)
    billing.bill_due()
    assert set(PaymentCharge.objects.values_list("amount", "currency")) == {(Decimal(99_000), "KRW")}
