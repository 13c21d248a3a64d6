"""Changing the plan: reserved, charged and activated as one saga, which leaves nothing half-made."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import plans
from accounts.models import AccountAudit, LocalCharge, Payment, PaymentCharge
from accounts.payments import billing, local, procedures, selectors, services
from accounts.payments.exceptions import (
    PaymentMethodMissing,
    PaymentNotPaid,
    PaymentNotPending,
    PaymentUnknown,
    PlanChangePending,
    PlanIsFree,
    PlanUnchanged,
)
from accounts.procedures import SignedUp
from shards.exceptions import AccountUnknown
from shards.fields import new_public_id
from shards.models import SagaInstance
from shards.saga import driver
from shards.transactions import in_global_transaction
from tests.accounts.payments.conftest import move_back
from tests.weakened import interrupted, replaced, weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/payments/plan"
JSON = "application/json"
Pay = Callable[..., Any]


def states(key: int) -> list[tuple[str, str]]:
    return list(
        Payment.objects.filter(account=key).order_by("created_at").values_list("payment_plan", "payment_status")
    )


def charges(key: int) -> list[tuple[str, Decimal]]:
    return list(PaymentCharge.objects.filter(account=key).values_list("charge_status", "amount").order_by("created_at"))


def sagas() -> list[str]:
    return list(SagaInstance.objects.using("default").values_list("status", flat=True))


def test_a_plan_is_charged_and_counts_at_once(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]]
) -> None:
    mine = bearer(key)
    assert plans.limits_of(key).payment_plan == "FREE"
    method = client.post(
        "/api/v1/payments/methods", {"provider_token": "ok_4242"}, content_type=JSON, headers=mine
    ).json()
    assert (method["brand"], method["last_four"], method["is_default"]) == ("Local card", "4242", True)
    changed = client.post(URL, {"payment_plan": "PREMIUM"}, content_type=JSON, headers=mine)
    assert changed.status_code == 200
    plan = changed.json()
    assert (plan["payment_plan"], plan["payment_status"], plan["plan_price"]) == ("PREMIUM", "ACTIVE", "29900.000000")
    assert (plan["alarms"], plan["pending_plan"], plan["auto_renewal"]) == (200, None, True)
    assert plan["next_billing_at"] == plan["expires_at"] < plan["access_until"]
    assert plans.limits_of(key).payment_plan == "PREMIUM"
    assert states(key) == [("FREE", "EXPIRED"), ("PREMIUM", "ACTIVE")]
    assert charges(key) == [("SUCCEEDED", Decimal(29_900))]
    assert sagas() == ["completed"]
    history = client.get("/api/v1/payments/history", headers=mine).json()["results"]
    assert [(row["payment_plan"], row["charged"]) for row in history] == [
        ("PREMIUM", "29900.000000"),
        ("FREE", "0.000000"),
    ]


def test_a_declined_charge_leaves_all_as_it_was(key: int, pay: Pay) -> None:
    plan = pay(key, "BASIC", "declined_0002")
    assert (plan.payment_plan, plan.pending_plan) == ("FREE", None)
    assert states(key) == [("FREE", "ACTIVE"), ("BASIC", "CANCELLED")]
    assert charges(key) == [("FAILED", Decimal(9_900))]
    assert sagas() == ["compensated"]
    assert pay(key, "BASIC").payment_plan == "BASIC", "another card is taken"


def test_a_slow_charge_is_pending_until_the_provider_says_so(key: int, pay: Pay) -> None:
    plan = pay(key, "BASIC", "slow_4242")
    assert (plan.payment_plan, plan.pending_plan) == ("FREE", "BASIC")
    with pytest.raises(PlanChangePending):
        services.plan_change(account_db_key=key, payment_plan="PREMIUM")
    local.settle_slow()
    driver.drive("default")
    assert states(key) == [("FREE", "EXPIRED"), ("BASIC", "ACTIVE")]
    assert LocalCharge.objects.count() == 1


def test_a_lost_answer_charges_once(key: int, pay: Pay) -> None:
    assert pay(key, "BASIC", "lost_4242").pending_plan == "BASIC"
    assert charges(key) == [("PENDING", Decimal(9_900))]
    driver.drive("default")
    assert states(key)[-1] == ("BASIC", "ACTIVE")
    assert (LocalCharge.objects.count(), charges(key)) == (1, [("SUCCEEDED", Decimal(9_900))])


def test_what_was_paid_and_not_used_is_taken_off(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    move_back(key, 15)
    pay(key, "PREMIUM")
    first, second = charges(key)
    assert first == ("SUCCEEDED", Decimal(9_900))
    unused = 29_900 - second[1]
    assert 9_900 * Decimal("0.45") < unused < 9_900 * Decimal("0.55")
    assert unused == unused.to_integral_value(), "won have no fractions"
    move_back(key, 1)
    cheaper = pay(key, "BASIC")
    assert (cheaper.payment_plan, len(charges(key))) == ("BASIC", 2), "it was covered, so nothing was charged"


def test_yearly_is_another_plan_than_monthly(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    with pytest.raises(PlanUnchanged):
        services.plan_change(account_db_key=key, payment_plan="BASIC")
    plan = services.plan_change(account_db_key=key, payment_plan="BASIC", billing_cycle="YEARLY")
    assert (plan.billing_cycle, plan.plan_price) == ("YEARLY", Decimal(99_000))
    assert 364 < (plan.expires_at - plan.starts_at).days < 367


def test_the_free_plan_ends_a_paid_one_with_its_period(key: int, pay: Pay) -> None:
    pay(key, "BASIC")
    plan = services.plan_change(account_db_key=key, payment_plan="FREE")
    assert (plan.payment_plan, plan.auto_renewal, plan.next_billing_at) == ("BASIC", False, None)
    assert plan.access_until == plan.expires_at
    again = services.auto_renewal_set(account_db_key=key, auto_renewal=True)
    assert (again.auto_renewal, again.next_billing_at) == (True, plan.expires_at)
    services.auto_renewal_set(account_db_key=key, auto_renewal=False)
    move_back(key, 40)
    assert plans.refreshed(key).payment_plan == "FREE", "by the clock, before any job has run"
    assert billing.bill_due() == {"renewed": 0, "refused": 0, "waiting": 0, "ended": 1}
    assert states(key)[-2:] == [("BASIC", "EXPIRED"), ("FREE", "ACTIVE")]


def test_what_cannot_be_is_refused_by_name(key: int, make_account: Callable[..., SignedUp]) -> None:
    other = make_account().account_db_key
    theirs = services.payment_method_add(account_db_key=other, provider_token="ok_1111").payment_method_id
    with pytest.raises(PlanIsFree):
        services.plan_change(account_db_key=key, payment_plan="FREE")
    with pytest.raises(PaymentMethodMissing):
        services.plan_change(account_db_key=key, payment_plan="BASIC")
    with pytest.raises(PaymentMethodMissing):
        services.plan_change(account_db_key=key, payment_plan="BASIC", payment_method_id=theirs)
    with pytest.raises(AccountUnknown):
        services.plan_change(account_db_key=1, payment_plan="BASIC")
    with pytest.raises(AccountUnknown):
        selectors.plan(account_db_key=1)
    for work in (procedures.plan_change_cancel, procedures.payment_expire):
        with pytest.raises(PaymentUnknown):
            in_global_transaction(work)(payment_id=new_public_id())


def test_an_operator_prolongs_a_plan_and_says_why(key: int, pay: Pay) -> None:
    before = pay(key, "BASIC")
    services.plan_extend(account_db_key=key, days=10, changed_by=1, reason="outage of May")
    after = selectors.plan(account_db_key=key)
    assert (after.expires_at - before.expires_at).days == 10
    audit = AccountAudit.objects.get(account=key)
    assert (audit.subject, audit.changed_by, audit.reason) == ("plan", 1, "10 days: outage of May")


# Cut off anywhere -----------------------------------------------------------------------------------------------------
REACHED = {  # how many of its statements a change of plan comes to
    "fp_plan_change_begin": 6,
    "fp_payment_charge_begin": 5,
    "fp_payment_charge_settle": 5,
    "fp_payment_activate": 5,
}


@really
@pytest.mark.parametrize("name", REACHED)
def test_a_failure_at_any_statement_leaves_nothing_half_made_and_the_next_try_succeeds(
    make_account: Callable[..., SignedUp], pay: Pay, name: str
) -> None:
    reached = 0
    for text in interrupted(name):
        key = make_account().account_db_key
        plan = None
        with replaced("default", name, text):
            if name == "fp_plan_change_begin":
                with pytest.raises(OperationalError, match="forced"):
                    pay(key, "BASIC")
                assert states(key) == [("FREE", "ACTIVE")]
            else:
                plan = pay(key, "BASIC")
                if plan.payment_plan == "BASIC":
                    continue  # it does not come to this statement
                assert states(key) == [("FREE", "ACTIVE"), ("BASIC", "PENDING")]
            reached += 1
            assert plans.refreshed(key).payment_plan == "FREE"
        if plan is None:
            services.plan_change(account_db_key=key, payment_plan="BASIC")
        driver.drive("default")
        assert states(key) == [("FREE", "EXPIRED"), ("BASIC", "ACTIVE")]
        assert charges(key) == [("SUCCEEDED", Decimal(9_900))]
    assert reached == REACHED[name]
    assert set(sagas()) == {"completed"}
    assert LocalCharge.objects.count() == Payment.objects.filter(payment_plan="BASIC").count()


def test_what_was_charged_is_given_back_when_the_plan_was_cancelled_meanwhile(key: int, pay: Pay) -> None:
    pay(key, "BASIC", "slow_4242")
    pending = Payment.objects.get(pending_account=key)
    in_global_transaction(procedures.plan_change_cancel)(payment_id=pending.pk)
    local.settle_slow()
    driver.drive("default")
    assert (sagas(), states(key)) == (["compensated"], [("FREE", "ACTIVE"), ("BASIC", "CANCELLED")])
    assert LocalCharge.objects.get().charge_status == "REFUNDED"
    assert charges(key) == [("REFUNDED", Decimal(9_900))]
    with pytest.raises(PaymentNotPending):
        in_global_transaction(procedures.payment_activate)(payment_id=pending.pk, grace_days=7)


def test_what_is_not_paid_is_not_activated(key: int, pay: Pay) -> None:
    pay(key, "BASIC", "slow_4242")
    with pytest.raises(PaymentNotPaid):
        in_global_transaction(procedures.payment_activate)(
            payment_id=Payment.objects.get(pending_account=key).pk, grace_days=7
        )


# At once --------------------------------------------------------------------------------------------------------------
@really
def test_of_many_changes_at_once_one_is_charged(key: int, at_once: Callable[..., list[Any]]) -> None:
    """With uq_payment_pending dropped and the account's lock taken out, every thread's change was charged."""
    services.payment_method_add(account_db_key=key, provider_token="slow_4242")
    answers = at_once(lambda _: services.plan_change(account_db_key=key, payment_plan="BASIC"), *range(6))
    assert Counter(type(answer).__name__ for answer in answers) == {"PlanRow": 1, "PlanChangePending": 5}
    assert (LocalCharge.objects.count(), sagas()) == (1, ["started"])


def paid_and_cancelled(key: int, at_once: Callable[..., list[Any]]) -> Counter[str]:
    """The charge of a pending plan is settled; it is activated and cancelled at the same moment."""
    payment_id = Payment.objects.get(pending_account=key).pk
    PaymentCharge.objects.filter(payment=payment_id).update(charge_status="SUCCEEDED", settled_at=timezone.now())
    activate = lambda: in_global_transaction(procedures.payment_activate)(payment_id=payment_id, grace_days=7)  # noqa: E731
    cancel = lambda: in_global_transaction(procedures.plan_change_cancel)(payment_id=payment_id)  # noqa: E731
    answers = at_once(lambda work: work(), activate, cancel)
    return Counter(type(answer).__name__ for answer in answers)


@really
def test_activating_and_cancelling_at_once_have_one_winner(
    key: int, pay: Pay, at_once: Callable[..., list[Any]]
) -> None:
    pay(key, "BASIC", "slow_4242")
    assert paid_and_cancelled(key, at_once) == {"NoneType": 1, "PaymentNotPending": 1}


@really
def test_without_their_locks_both_would_win(key: int, pay: Pay, at_once: Callable[..., list[Any]]) -> None:
    pay(key, "BASIC", "slow_4242")
    unlocked = ("       FOR UPDATE;", ";")
    cancel = (
        " WHERE id = p_payment_id FOR UPDATE;",
        " WHERE id = p_payment_id;\n    DO SLEEP(0.3);",
    )
    activate = ("    IF v_status = 'PENDING' THEN", "    DO SLEEP(0.3);\n    IF v_status = 'PENDING' THEN")
    with (
        weakened("default", "fp_plan_change_cancel", unlocked, cancel),
        weakened("default", "fp_payment_activate", unlocked, activate),
    ):
        assert paid_and_cancelled(key, at_once) == {"NoneType": 2}
