"""Administrators change what a plan costs and allows; what it is called by programs stays."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts import plans
from accounts.models import Plan
from accounts.models.account import ADMINISTRATOR, OPERATOR
from accounts.procedures import SignedUp
from shards.admin.columns import page_url

pytestmark = pytest.mark.django_db(databases="__all__")

LogIn = Callable[[int], Client]


def change(client: Client, name: str, **values: Any) -> Any:
    given = {
        "plan_name": name.title(),
        "monthly_price": "0",
        "yearly_price": "0",
        "alarms": 12,
        "chat_tokens_per_day": 9,
    }
    return client.post(page_url(Plan, "change", name), given | values, follow=True)


def test_a_plan_is_changed_and_that_is_written_down(console: LogIn, make_account: Callable[..., SignedUp]) -> None:
    key = make_account("alice").account_db_key
    administrator = console(ADMINISTRATOR)
    answer = change(administrator, "BASIC", monthly_price="8000.5", yearly_price="80000", payment_plan="FREE")
    assert "was changed successfully" in answer.text
    plan = Plan.objects.get(pk="BASIC")
    assert (plan.monthly_price, plan.yearly_price, plan.currency) == (Decimal("8000.5"), Decimal(80000), "KRW")
    assert LogEntry.objects.get().object_id == "BASIC"
    assert change(administrator, "FREE", alarms=3).status_code == 200
    assert plans.refreshed(key).alarms == 3


def test_the_free_plan_stays_free_and_no_price_is_negative(console: LogIn) -> None:
    administrator = console(ADMINISTRATOR)
    change(administrator, "FREE", monthly_price="5")
    assert Plan.objects.get(pk="FREE").monthly_price == 0
    assert "was changed successfully" not in change(administrator, "BASIC", monthly_price="-1").text
    assert Plan.objects.get(pk="BASIC").monthly_price == 9_900


def test_operators_look_and_nobody_adds_or_deletes(console: LogIn) -> None:
    operator, administrator = console(OPERATOR), console(ADMINISTRATOR)
    assert operator.get(page_url(Plan, "changelist")).status_code == 200
    assert operator.get(page_url(Plan, "change", "BASIC")).status_code == 200
    assert change(operator, "BASIC").status_code == 403
    assert administrator.get(page_url(Plan, "add")).status_code == 403
    assert administrator.post(page_url(Plan, "delete", "BASIC"), {"post": "yes"}).status_code == 403
