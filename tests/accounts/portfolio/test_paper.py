"""What the paper broker makes of bars: each rule of its docstring, to the last digit."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.portfolio.market import Bar
from accounts.portfolio.paper import GTC_SESSIONS, report
from accounts.portfolio.procedures import Order
from tests.accounts.portfolio.conftest import session

NOW = datetime(2012, 1, 2, tzinfo=UTC)


def order(side: str = "BUY", quantity: Any = 100, limit: Any = None, force: str = "DAY", cap: Any = 105) -> Order:
    return Order(
        order_id=UUID(int=1), account_db_key=1000, client_order_id="c", asset_code="AAA", side=side,
        order_type="LIMIT" if limit else "MARKET", time_in_force=force, order_source="MANUAL",
        quantity=Decimal(quantity), limit_price=Decimal(limit) if limit else None, price_cap=Decimal(cap),
        commission_rate=Decimal("0.0025"), currency_code="USD", since_session=session(0), state="placed", reason="",
        filled_quantity=Decimal(0), filled_amount=Decimal(0), commission=Decimal(0), last_fill_session=None,
        reserved_cash=Decimal(0),
        reserved_quantity=Decimal(0), broker="paper", broker_order_id="1", broker_asked_at=None,
        cancel_requested_at=None, created_at=NOW,
        updated_at=NOW, ended_at=None,
    )  # fmt: skip


def bar(number: int, prices: tuple[Any, Any, Any, Any], volume: int = 100_000, ratio: Any = 1) -> Bar:
    opening, high, low, close = (Decimal(str(price)) for price in prices)
    return Bar("AAA", session(number), opening, high, low, close, volume, Decimal(ratio))


def test_a_market_order_fills_at_the_next_open_moved_against_its_owner() -> None:
    bars = [bar(0, (1, 1, 1, 1)), bar(1, (100, 110, 90, 105))]
    (bought,) = report(order(), bars).fills
    (sold,) = report(order("SELL", cap=95), bars).fills
    assert bought == ("2012-01-03", Decimal(0), Decimal(100), Decimal("100.05"), Decimal("25.0125"), session(1))
    assert (sold.price, sold.commission) == (Decimal("99.95"), Decimal("24.9875"))


def test_a_market_order_is_not_filled_beyond_its_cap() -> None:
    assert report(order(cap="100.04"), [bar(1, (100, 110, 90, 105))]) == ([], "expired", "its time was over")


@pytest.mark.parametrize(
    ("side", "limit", "prices", "price"),
    [
        ("BUY", 95, (100, 110, 95, 105), "95"),  # reached
        ("BUY", 95, (90, 110, 85, 105), "90"),  # opened better
        ("BUY", 94, (100, 110, 95, 105), None),
        ("SELL", 110, (100, 110, 95, 105), "110"),
        ("SELL", 95, (100, 110, 95, 105), "100"),
        ("SELL", 111, (100, 110, 95, 105), None),
    ],
)
def test_a_limit_order_fills_where_the_session_reached_it(
    side: str, limit: int, prices: Any, price: str | None
) -> None:
    fills = report(order(side, limit=limit), [bar(1, prices)]).fills
    assert [fill.price for fill in fills] == ([] if price is None else [Decimal(price)])


def test_a_tenth_of_the_volume_is_filled_and_the_rest_waits_or_expires() -> None:
    bars = [bar(number, (100, 100, 100, 100), volume=409) for number in (1, 2, 3)]
    day, gtc = report(order(limit=100), bars), report(order(limit=100, force="GTC"), bars)
    assert ([int(fill.quantity) for fill in day.fills], day.ended) == ([40], "expired")
    assert ([int(fill.quantity) for fill in gtc.fills], gtc.ended) == ([40, 40, 20], "")
    assert [int(fill.after_quantity) for fill in gtc.fills] == [0, 40, 80]
    assert len({fill.broker_fill_id for fill in gtc.fills}) == 3


def test_an_order_until_cancelled_ends_after_sixty_sessions() -> None:
    bars = [bar(number, (100, 100, 100, 100)) for number in range(1, GTC_SESSIONS + 1)]
    waiting = order(limit=50, force="GTC")
    assert report(waiting, bars[:-1]).ended == ""
    assert report(waiting, bars).ended == "expired"


def test_a_split_ends_what_is_left() -> None:
    bars = [bar(1, (100, 100, 100, 100), volume=400), bar(2, (50, 50, 50, 50), ratio=2)]
    after = report(order(limit=100, force="GTC"), bars)
    assert ([int(fill.quantity) for fill in after.fills], after.ended, after.reason) == (
        [40],
        "expired",
        "AAA was split",
    )


def test_asking_again_gives_the_same() -> None:
    bars = [bar(1, (100, 110, 90, 105))]
    assert report(order(), bars) == report(order(), bars)


def test_what_was_booked_is_not_filled_again_when_its_bar_is_corrected() -> None:
    bars = [bar(1, (100, 100, 100, 100), volume=900), bar(2, (100, 100, 100, 100), volume=900)]
    booked = order(limit=100, force="GTC")._replace(filled_quantity=Decimal(40), last_fill_session=session(1))
    assert [(fill.session, int(fill.quantity)) for fill in report(booked, bars).fills] == [(session(2), 60)]
    assert report(booked._replace(time_in_force="DAY"), bars).ended == "expired"
