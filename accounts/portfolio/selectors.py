"""What reads cash accounts, positions, ledger and orders; each works on the shard of its account."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from accounts.portfolio import procedures
from accounts.portfolio.brokers import broker_named
from accounts.portfolio.exceptions import CashAccountMissing, OrderUnknown
from accounts.portfolio.models import UserOrder
from accounts.portfolio.opening import opens_account
from shards.placement import on_account


@opens_account
def account_get(*, account_db_key: int) -> procedures.CashAccount:
    """Opens the account where it is missing."""
    with on_account(account_db_key):
        account = procedures.get_account_info(account_db_key=account_db_key)
    if account is None:
        raise CashAccountMissing
    return account


def commission_rate_of(account: procedures.CashAccount) -> Decimal:
    return broker_named(account.broker).commission_rate


def order_list(*, account_db_key: int, before: UUID | None, limit: int) -> list[procedures.Order]:
    """Newest first."""
    with on_account(account_db_key):
        return procedures.portfolio_order_list(account_db_key=account_db_key, order_id=None, before=before, limit=limit)


def order_get(*, account_db_key: int, order_id: UUID) -> procedures.Order:
    """Raises OrderUnknown, also for somebody else's order."""
    with on_account(account_db_key):
        rows = procedures.portfolio_order_list(account_db_key=account_db_key, order_id=order_id, before=None, limit=1)
    if not rows:
        raise OrderUnknown
    return rows[0]


def broker_order_ids(*, account_db_key: int, among: Collection[str]) -> set[str]:
    """Those that an order of the account has already."""
    with on_account(account_db_key):
        taken = UserOrder.objects.filter(account_db_key=account_db_key, broker_order_id__in=among)
        return set(taken.values_list("broker_order_id", flat=True))
