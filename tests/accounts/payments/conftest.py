from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Payment
from accounts.payments import services
from accounts.procedures import SignedUp
from shards.saga.definitions import Retry


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account().account_db_key


@pytest.fixture
def pay(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`pay(key, "BASIC", "ok_4242")`: a change of plan with a method of its own as the default."""
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 0.0)

    def change(key: int, plan: str, card: str = "ok_4242", **options: Any) -> Any:
        method = services.payment_method_add(account_db_key=key, provider_token=card)
        services.payment_method_default(account_db_key=key, payment_method_id=method.payment_method_id)
        return services.plan_change(account_db_key=key, payment_plan=plan, **options)

    return change


def move_back(key: int, days: float) -> None:
    """As if the account's live plan had begun so many days earlier."""
    payment = Payment.objects.get(live_account=key)
    assert payment.expires_at
    assert payment.access_until
    earlier = timedelta(days=days)
    Payment.objects.filter(pk=payment.pk).update(
        starts_at=payment.starts_at - earlier,
        expires_at=payment.expires_at - earlier,
        access_until=payment.access_until - earlier,
    )


def end_period(key: int) -> None:
    """The account's live plan's period has just ended."""
    payment = Payment.objects.get(live_account=key)
    assert payment.expires_at
    move_back(key, (payment.expires_at - timezone.now()) / timedelta(days=1) + 0.001)
