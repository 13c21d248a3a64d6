"""Events of other apps become one notification of their account, in its language, unless its settings say no."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from accounts.procedures import SignedUp
from notifications.models import InappNotification, NotificationSettings
from shards.outbox.registry import Event, consumers, event_type
from shards.scope import on_shard

pytestmark = pytest.mark.django_db(databases="__all__")
FILL = {
    "order_id": "o", "symbol": "AAPL", "side": "buy", "quantity": "3", "price": "189.98", "session": "2026-10-30",
    "state": "filled",
}  # fmt: skip
ENDED = {"order_id": "o", "state": "rejected", "reason": "no cash"}
SECURITY = ("Security: your password was changed", "2026-11-02 14:30 UTC")


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account(shard=2).account_db_key


def hear(name: str, key: int, **data: Any) -> list[InappNotification]:
    """The event comes twice; what the account has then."""
    known = event_type(name)
    at = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
    event = Event(
        "default", UUID(int=9), known.domain, str(key), 1, name, 1, str(key), data | {"account_db_key": key}, at
    )
    for _ in range(2):
        consumers()["notifications"][name](event)
    with on_shard(2):
        return list(InappNotification.objects.filter(account_db_key=key))


def wants(key: int, **columns: Any) -> None:
    with on_shard(2):
        NotificationSettings.objects.create(account_db_key=key, **columns)


def test_a_changed_password_is_told_whatever_is_switched_off(key: int) -> None:
    wants(key, language="en", trade_alert_enabled=False, price_alert_enabled=False, news_alert_enabled=False)
    (row,) = hear("account.password_changed", key, change_reason="change")
    assert (row.type_id, row.priority, row.title) == ("ACCOUNT_SECURITY", 1, SECURITY[0])
    assert SECURITY[1] in row.message


def test_a_fill_is_told_in_the_account_s_language_here_the_default(key: int) -> None:
    (row,) = hear("portfolio.order_filled", key, **FILL)
    assert (row.type_id, row.title, row.message) == (
        "TRADE_COMPLETE", "AAPL: buy 주문 체결", "AAPL 3주, 체결가 189.98.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "setting", "data"),
    [
        ("portfolio.order_filled", "trade_alert_enabled", FILL),
        (
            "portfolio.order_ended",
            "portfolio_alert_enabled",
            ENDED,
        ),
    ],
)
def test_a_setting_switches_its_type_off(key: int, name: str, setting: str, data: dict[str, Any]) -> None:
    wants(key, **{setting: False})
    assert hear(name, key, **data) == []
    with on_shard(2):
        NotificationSettings.objects.update(**{setting: True})
    assert len(hear(name, key, **data)) == 1
