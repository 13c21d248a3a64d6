"""`table_user_payments` (one row an account, no history) and, on shards, cash with its positions.

There was no ledger there. It begins here with what must have been paid in, so that balance and positions follow from
it: an opening of the balance and all that the positions cost, then one purchase for each position.
"""

from decimal import ROUND_DOWN, Decimal

from django.db.models import Model

from accounts.models import Payment, Plan, UserAccount, UserLedger, UserPortfolio
from accounts.portfolio.opening import BROKER
from shards.legacy.cells import Refused, Row, made_id
from shards.legacy.tables import Children, Legacy, Made, Walk, imports
from shards.scope import Scope

MICRO = Decimal("0.000001")
FILL = "legacy"


def payment(row: Row, walk: Walk) -> list[Model]:
    """A plan that was asked for and not paid is cancelled; nothing renews itself, because no payment method comes
    along.
    """
    status = row.word("payment_status", ["ACTIVE", "EXPIRED", "CANCELLED", "PENDING"])
    plan, price = row.word("payment_plan", Plan.Name.values), row.decimal("plan_price")
    starts, ends = row.time("starts_at"), row.moment("expires_at")
    if price < 0:
        raise Refused("plan_price_negative")
    if ends is not None and ends <= starts:
        raise Refused("expires_at_before_start")
    if ends is None and status == "ACTIVE" and plan != Plan.Name.FREE:
        raise Refused("expires_at_missing")
    return [
        Payment(
            payment_id=made_id("payment", row.text("id")),
            account_id=row.owner,
            payment_plan_id=plan,
            plan_name=row.text("plan_name", longest=50),
            plan_price=price,
            currency=row.text("currency", longest=3),
            billing_cycle=row.word("billing_cycle", Payment.Cycle.values),
            starts_at=starts,
            expires_at=ends,
            access_until=ends,
            periods=int(price > 0 and status != "PENDING"),
            auto_renewal=False,
            payment_status="CANCELLED" if status == "PENDING" else status,
            created_at=row.time("created_at"),
            updated_at=row.time("updated_at"),
        )
    ]


def cash(row: Row, walk: Walk) -> list[Model]:
    balance = row.decimal("balance")
    if balance < 0:
        raise Refused("balance_negative")
    positions = [made for child in row.children if (made := _position_or_refusal(row, child))]
    currency = row.text("currency_code", longest=3)
    account = UserAccount(
        account_db_key=row.owner,
        account_number=row.text("account_number", longest=24),
        balance=balance,
        account_type=row.word("account_type", UserAccount.Type.values),
        account_status=row.word("account_status", UserAccount.Status.values),
        currency_code=currency,
        broker=BROKER,
        entry_no=1 + len(positions),
        created_at=row.time("created_at"),
        updated_at=row.time("updated_at"),
    )
    for position in positions:
        position.currency_code = currency
    return [account, *_ledger(row, account, positions), *positions]


def _position_or_refusal(row: Row, child: Row) -> UserPortfolio | None:
    try:
        return _position(child)
    except Refused as error:
        row.refused.append((child, str(error)))
        return None


def _position(row: Row) -> UserPortfolio:
    quantity, price = row.decimal("quantity"), row.decimal("average_cost")
    if quantity <= 0:
        raise Refused("quantity_zero" if quantity == 0 else "quantity_negative")
    if price <= 0:
        raise Refused("average_cost_missing")
    return UserPortfolio(
        account_db_key=row.owner,
        asset_code=row.text("asset_code", longest=50),
        asset_type=row.word("asset_type", UserPortfolio.AssetType.values),
        quantity=quantity,
        book_cost=(quantity * price).quantize(MICRO, ROUND_DOWN),
        average_cost=price,
        current_value=max(row.decimal("current_value"), Decimal(0)),
        last_updated=row.time("last_updated"),
    )


def _ledger(row: Row, account: UserAccount, positions: list[UserPortfolio]) -> list[UserLedger]:
    same = {
        "account_db_key": account.pk, "session": row.day("created_at"), "currency_code": account.currency_code,
        "created_at": account.created_at,
    }  # fmt: skip
    paid_in = account.balance + sum((position.book_cost for position in positions), Decimal(0))
    entries = [UserLedger(entry_no=1, entry_type="OPENING", cash_change=paid_in, cash_after=paid_in, **same)]
    for number, position in enumerate(positions, start=2):
        entries.append(
            UserLedger(
                entry_no=number, entry_type="BUY", asset_code=position.asset_code,
                cash_change=-position.book_cost, cash_after=entries[-1].cash_after - position.book_cost,
                quantity_change=position.quantity, quantity_after=position.quantity,
                cost_change=position.book_cost, cost_after=position.book_cost, price=position.average_cost,
                order_id=made_id("position", account.pk, position.asset_code), broker_fill_id=FILL, **same,
            )
        )  # fmt: skip
    return entries


imports(
    Legacy("table_user_payments", Scope.GLOBAL, 40, ("id",), payment, {Payment: Made(("payment_id",), ("plan_price",))})
)
imports(
    Legacy(
        "table_user_accounts", Scope.SHARD, 10, ("account_db_key",), cash,
        {
            UserAccount: Made(("account_db_key",), ("balance",)),
            UserLedger: Made(("account_db_key", "entry_no"), ("cash_change", "cost_change")),
            UserPortfolio: Made(("account_db_key", "asset_code"), ("quantity", "book_cost", "current_value")),
        },
        children=Children("table_user_portfolios", "account_db_key", ("portfolio_id",), "portfolio_id"),
    )
)  # fmt: skip
