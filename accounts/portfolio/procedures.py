"""The routines of cash accounts, ledger and orders, on a shard (`sql/shard/accounts`), each with its types."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class Opened(NamedTuple):
    result: str  # SUCCESS or EXISTS
    account_number: str


class CashAccount(NamedTuple):
    account_number: str
    balance: Decimal
    reserved: Decimal
    account_type: str
    account_status: str
    currency_code: str
    broker: str
    broker_account: str
    entry_no: int
    created_at: datetime
    updated_at: datetime


class Position(NamedTuple):
    asset_code: str
    asset_type: str
    quantity: Decimal
    reserved_quantity: Decimal
    book_cost: Decimal
    average_cost: Decimal
    current_value: Decimal
    currency_code: str
    last_updated: datetime


class Entry(NamedTuple):
    entry_no: int
    entry_type: str
    session: date
    currency_code: str
    cash_change: Decimal
    cash_after: Decimal
    asset_code: str
    quantity_change: Decimal
    quantity_after: Decimal
    price: Decimal | None
    commission: Decimal
    realized_profit: Decimal
    order_id: UUID | None
    created_at: datetime


class Day(NamedTuple):
    session: date
    asset_code: str
    cash_change: Decimal
    quantity_change: Decimal
    paid_in: Decimal


class SplitDue(NamedTuple):
    account_db_key: int
    asset_code: str
    session: date
    ratio: Decimal


class Booked(NamedTuple):
    is_new: bool


class Finding(NamedTuple):
    account_db_key: int
    finding: str
    detail: str


class Page(NamedTuple):
    upto_account_db_key: int | None
    accounts: int


class Accepted(NamedTuple):
    order_id: UUID
    state: str
    is_new: bool


class State(NamedTuple):
    state: str


class Changed(NamedTuple):
    state: str
    is_new: bool


class Order(NamedTuple):
    order_id: UUID
    account_db_key: int
    client_order_id: str
    asset_code: str
    side: str
    order_type: str
    time_in_force: str
    order_source: str
    quantity: Decimal
    limit_price: Decimal | None
    price_cap: Decimal
    commission_rate: Decimal
    currency_code: str
    since_session: date
    state: str
    reason: str
    filled_quantity: Decimal
    filled_amount: Decimal
    commission: Decimal
    last_fill_session: date | None
    reserved_cash: Decimal
    reserved_quantity: Decimal
    broker: str
    broker_order_id: str
    broker_asked_at: datetime | None
    cancel_requested_at: datetime | None
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None


def create_account(
    *,
    account_db_key: int,
    account_type: str,
    currency_code: str,
    broker: str,
    broker_account: str,
    opening_cash: Decimal,
    session: date,
) -> Opened:
    return call_one(
        "fp_create_account",
        Opened,
        account_db_key=account_db_key,
        account_type=account_type,
        currency_code=currency_code,
        broker=broker,
        broker_account=broker_account,
        opening_cash=opening_cash,
        session=session,
    )


def get_account_info(*, account_db_key: int) -> CashAccount | None:
    rows = call("fp_get_account_info", CashAccount, account_db_key=account_db_key)
    return rows[0] if rows else None


def portfolio_positions_get(*, account_db_key: int) -> list[Position]:
    return call("fp_portfolio_positions_get", Position, account_db_key=account_db_key)


def portfolio_ledger_get(*, account_db_key: int, after_entry_no: int, limit: int) -> list[Entry]:
    return call(
        "fp_portfolio_ledger_get", Entry, account_db_key=account_db_key, after_entry_no=after_entry_no, limit=limit
    )


def portfolio_days_get(*, account_db_key: int) -> list[Day]:
    return call("fp_portfolio_days_get", Day, account_db_key=account_db_key)


def portfolio_accounts_page(*, after_account_db_key: int, limit: int) -> Page:
    return call_one("fp_portfolio_accounts_page", Page, after_account_db_key=after_account_db_key, limit=limit)


def portfolio_ledger_check(*, after_account_db_key: int, upto_account_db_key: int) -> list[Finding]:
    return call(
        "fp_portfolio_ledger_check",
        Finding,
        after_account_db_key=after_account_db_key,
        upto_account_db_key=upto_account_db_key,
    )


def portfolio_order_insert(
    *,
    order_id: UUID,
    account_db_key: int,
    client_order_id: str,
    asset_code: str,
    side: str,
    order_type: str,
    time_in_force: str,
    order_source: str,
    quantity: Decimal,
    limit_price: Decimal | None,
    price_cap: Decimal,
    commission_rate: Decimal,
    currency_code: str,
    since_session: date,
) -> Accepted:
    return call_one(
        "fp_portfolio_order_insert",
        Accepted,
        order_id=order_id,
        account_db_key=account_db_key,
        client_order_id=client_order_id,
        asset_code=asset_code,
        side=side,
        order_type=order_type,
        time_in_force=time_in_force,
        order_source=order_source,
        quantity=quantity,
        limit_price=limit_price,
        price_cap=price_cap,
        commission_rate=commission_rate,
        currency_code=currency_code,
        since_session=since_session,
    )


def portfolio_order_reserve(*, account_db_key: int, order_id: UUID) -> State:
    return call_one("fp_portfolio_order_reserve", State, account_db_key=account_db_key, order_id=order_id)


def portfolio_order_placed(*, account_db_key: int, order_id: UUID, broker_order_id: str) -> State:
    return call_one(
        "fp_portfolio_order_placed",
        State,
        account_db_key=account_db_key,
        order_id=order_id,
        broker_order_id=broker_order_id,
    )


def portfolio_order_asked(*, account_db_key: int, order_id: UUID, is_asked: bool) -> None:
    call("fp_portfolio_order_asked", account_db_key=account_db_key, order_id=order_id, is_asked=is_asked)


def portfolio_order_fill(
    *,
    account_db_key: int,
    order_id: UUID,
    broker_fill_id: str,
    after_quantity: Decimal,
    quantity: Decimal,
    price: Decimal,
    commission: Decimal,
    session: date,
) -> Changed:
    return call_one(
        "fp_portfolio_order_fill",
        Changed,
        account_db_key=account_db_key,
        order_id=order_id,
        broker_fill_id=broker_fill_id,
        after_quantity=after_quantity,
        quantity=quantity,
        price=price,
        commission=commission,
        session=session,
    )


def portfolio_order_end(*, account_db_key: int, order_id: UUID, state: str, reason: str) -> Changed:
    return call_one(
        "fp_portfolio_order_end", Changed, account_db_key=account_db_key, order_id=order_id, state=state, reason=reason
    )


def portfolio_order_cancel(*, account_db_key: int, order_id: UUID) -> State:
    return call_one("fp_portfolio_order_cancel", State, account_db_key=account_db_key, order_id=order_id)


def portfolio_order_list(*, account_db_key: int, order_id: UUID | None, before: UUID | None, limit: int) -> list[Order]:
    return call(
        "fp_portfolio_order_list",
        Order,
        account_db_key=account_db_key,
        order_id=order_id,
        before=before,
        limit=limit,
    )


def portfolio_orders_placed(*, after: UUID, limit: int) -> list[Order]:
    return call("fp_portfolio_orders_placed", Order, after=after, limit=limit)


def portfolio_splits_due(*, splits: list[dict[str, str]], limit: int) -> list[SplitDue]:
    return call("fp_portfolio_splits_due", SplitDue, splits=splits, limit=limit)


def portfolio_split_book(*, account_db_key: int, asset_code: str, session: date, ratio: Decimal) -> Booked:
    return call_one(
        "fp_portfolio_split_book",
        Booked,
        account_db_key=account_db_key,
        asset_code=asset_code,
        session=session,
        ratio=ratio,
    )
