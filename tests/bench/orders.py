"""Orders through saga and settlement beside the bare routine calls that they make, in the same three transactions; and
the dashboard's request beside the sum of its five queries."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from django.db import transaction
from django.test import Client
from rich.console import Group, RenderableType

from accounts.portfolio import procedures, settlement
from accounts.portfolio.events import ORDER_FILLED
from accounts.portfolio.market import market
from accounts.portfolio.opening import account_open
from accounts.portfolio.services import order_place
from accounts.services import _login, account_insert
from accounts.sessions import hash_token, remember
from notifications.selectors import notification_all
from shards import procedures as calls
from shards.fields import new_public_id
from shards.outbox.publishing import publish
from shards.placement import on_account, shard_of
from shards.saga.driver import drive
from shards.transactions import provision
from signals.models import MarketBar, MarketSymbol
from signals.selectors import statistics
from tests.bench.rounds import interleaved, ratio, table, verdict

ROUNDS, ORDERS, REQUESTS = 5, 40, 50
FIRST, PRICE = date(2012, 1, 2), Decimal(10)
_names = count(1)


def measure() -> RenderableType:
    _session(0)
    key = account_insert(
        platform_type=1, account_id="orders", password_hash="!", email="orders@example.com", nickname="Orders"
    ).account_db_key
    provision(key)
    account_open(account_db_key=key, opening_cash=Decimal(100_000_000))
    sessions = count(1)
    seconds = interleaved({"saga": lambda: _by_saga(key, next(sessions)), "bare routines": lambda: _bare(key)}, ROUNDS)
    orders = table(f"{ORDERS} orders, from the call to the fill", seconds, ORDERS, "ms an order", 1e3)
    verdict(orders, "rate against the bare one's", ratio(seconds, "bare routines", "saga"), 0.33, at_most=False)
    client, headers = Client(), {"authorization": f"Bearer {_log_in(key)}"}
    calls.FRESH_SECONDS = 1.0  # as in a web process, which is who answers requests
    seconds = interleaved(
        {"request": _repeated(lambda: client.get("/api/v1/dashboard", headers=headers)), "queries": _queries(key)},
        ROUNDS,
    )
    dashboard = table("GET dashboard", seconds, REQUESTS, "ms a request", 1e3)
    verdict(dashboard, "request against its queries", ratio(seconds, "request", "queries"), 1.5, at_most=True)
    return Group(orders, dashboard)


def _by_saga(key: int, session: int) -> None:
    for _ in range(ORDERS):
        order_place(
            account_db_key=key,
            client_order_id=str(next(_names)),
            symbol="BENCH",
            side="BUY",
            order_type="LIMIT",
            quantity=Decimal(1),
            limit_price=PRICE,
        )
    drive(f"shard_{shard_of(key)}")
    _session(session)
    with on_account(key):
        if settlement.settle() != ORDERS:
            raise AssertionError("the settlement missed orders")


def _bare(key: int) -> None:
    """The routines of one order, each group in the transaction that it has there too."""
    with on_account(key):
        alias = f"shard_{shard_of(key)}"
        for _ in range(ORDERS):
            order_id = new_public_id()
            with transaction.atomic(using=alias):
                _insert(key, order_id)
                procedures.portfolio_order_reserve(account_db_key=key, order_id=order_id)
            with transaction.atomic(using=alias):
                procedures.portfolio_order_placed(account_db_key=key, order_id=order_id, broker_order_id=str(order_id))
            with transaction.atomic(using=alias):
                _fill(key, order_id)


def _insert(key: int, order_id: UUID) -> None:
    procedures.portfolio_order_insert(
        order_id=order_id,
        account_db_key=key,
        client_order_id=str(next(_names)),
        asset_code="BENCH",
        side="BUY",
        order_type="LIMIT",
        time_in_force="DAY",
        order_source="MANUAL",
        quantity=Decimal(1),
        limit_price=PRICE,
        price_cap=PRICE,
        commission_rate=Decimal(0),
        currency_code="USD",
        since_session=FIRST,
    )


def _fill(key: int, order_id: UUID) -> None:
    procedures.portfolio_order_fill(
        account_db_key=key,
        order_id=order_id,
        broker_fill_id="1",
        after_quantity=Decimal(0),
        quantity=Decimal(1),
        price=PRICE,
        commission=Decimal(0),
        session=FIRST,
    )
    publish(ORDER_FILLED, partition_key=key, aggregate_id=str(order_id), event_data={"order_id": order_id})


def _queries(key: int) -> Callable[[], None]:
    def five() -> None:
        with on_account(key):
            procedures.get_account_info(account_db_key=key)
            procedures.portfolio_positions_get(account_db_key=key)
        market().quotes(["BENCH"])
        statistics(account_db_key=key)
        notification_all(account_db_key=key, before=None, limit=5)

    return _repeated(five)


def _log_in(key: int) -> str:
    token_hash = hash_token("token-of-orders")
    remember(_login(account_db_key=key, password_hash="!", token_hash=token_hash, address="127.0.0.1"), token_hash)
    return "token-of-orders"


def _repeated(act: Callable[[], object]) -> Callable[[], None]:
    def contestant() -> None:
        for _ in range(REQUESTS):
            act()

    return contestant


def _session(number: int) -> None:
    MarketSymbol.objects.get_or_create(
        symbol="BENCH",
        defaults={"company_name": "Bench", "exchange": "NYSE", "currency": "USD", "calendar": "XNYS"},
    )
    prices = dict.fromkeys(("open", "high", "low", "close"), PRICE)
    day = FIRST + timedelta(days=number)
    MarketBar.objects.create(symbol="BENCH", session=day, volume=10_000_000, source="bench", **prices)
