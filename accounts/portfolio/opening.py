"""Cash accounts are opened when they are first needed. Everything that paper trading begins with is stated here."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import ParamSpec, TypeVar

from accounts.portfolio import procedures
from accounts.portfolio.exceptions import CashAccountMissing, MarketClosed
from accounts.portfolio.market import market
from accounts.portfolio.models import UserAccount
from shards.transactions import in_account_transaction

P = ParamSpec("P")
T = TypeVar("T")

OPENING_CASH = Decimal(100_000)
CURRENCY = "USD"  # of the cash account, and of all that it may trade
BROKER = "paper"

_create = in_account_transaction(procedures.create_account)


def account_open(
    *, account_db_key: int, broker: str = BROKER, broker_account: str = "", opening_cash: Decimal = OPENING_CASH
) -> procedures.Opened:
    """Safe to repeat; raises MarketClosed before the first bar: the opening has a session, as every entry has.

    An account that a real broker executes for is opened with that broker's name for it and the cash that is there.
    """
    session = market().latest_session()
    if session is None:
        raise MarketClosed
    return _create(
        account_db_key=account_db_key,
        account_type=UserAccount.Type.INVESTMENT,
        currency_code=CURRENCY,
        broker=broker,
        broker_account=broker_account,
        opening_cash=opening_cash,
        session=session,
    )


def opens_account(service: Callable[P, T]) -> Callable[P, T]:
    """For a service that takes `account_db_key` by keyword: a missing cash account is opened, then it goes on."""

    @wraps(service)
    def opened(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return service(*args, **kwargs)
        except CashAccountMissing:
            account_open(account_db_key=kwargs["account_db_key"])  # type: ignore[arg-type]  # see above
        return service(*args, **kwargs)

    return opened
