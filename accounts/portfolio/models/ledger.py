from django.db import models
from django.db.models import Q

from accounts.portfolio.models.account import asset_field, currency_field, money_field
from shards.bases import ShardModel
from shards.fields import PublicIdField


class UserLedger(ShardModel):
    """`table_user_ledger`: every change of cash and positions, numbered for each account from 1 without gaps.

    A row carries what it changed and what was there afterwards, so that the last row of an account is its balance, the
    last row of an asset its position. A trigger refuses a row that does not continue the account's and the position's
    state, another one every change of a row.
    """

    class Type(models.TextChoices):
        OPENING = "OPENING"  # the first row: the cash that a new account begins with
        BUY = "BUY"  # a fill: cash goes, shares come
        SELL = "SELL"  # a fill: shares go, cash comes
        SPLIT = "SPLIT"  # the number of shares changes, and nothing else

    idx = models.BigAutoField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    entry_no = models.PositiveBigIntegerField()
    entry_type = models.CharField(max_length=10, choices=Type, db_collation="utf8mb4_bin")
    session = models.DateField()  # the market's, whose price it is
    currency_code = currency_field()
    cash_change = money_field()
    cash_after = money_field()
    asset_code = asset_field()  # empty where cash alone changes
    quantity_change = money_field(default=0, db_default=0)
    quantity_after = money_field(default=0, db_default=0)
    cost_change = money_field(default=0, db_default=0)
    cost_after = money_field(default=0, db_default=0)
    price = money_field(null=True)  # of one share
    commission = money_field(default=0, db_default=0)  # in cash_change already
    realized_profit = money_field(default=0, db_default=0)  # of a sale: cash_change less the cost of what was sold
    order_id = PublicIdField(null=True)
    broker_fill_id = models.CharField(max_length=64, null=True, db_collation="utf8mb4_bin")  # noqa: DJ001  # none, not ""
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_user_ledger"
        verbose_name = "ledger entry"
        verbose_name_plural = "ledger"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "entry_no"], name="uq_ledger_account_entry"),
            models.UniqueConstraint(fields=["order_id", "broker_fill_id"], name="uq_ledger_fill"),
            models.CheckConstraint(
                name="ck_ledger_after", condition=Q(cash_after__gte=0, quantity_after__gte=0, cost_after__gte=0)
            ),
            models.CheckConstraint(
                name="ck_ledger_type",
                condition=Q(
                    entry_type="OPENING",
                    entry_no=1,
                    asset_code="",
                    quantity_change=0,
                    cost_change=0,
                    order_id__isnull=True,
                )
                | Q(
                    entry_type="BUY",
                    cash_change__lte=0,
                    quantity_change__gt=0,
                    cost_change__gte=0,
                    price__gt=0,
                    order_id__isnull=False,
                    broker_fill_id__isnull=False,
                )
                | Q(
                    entry_type="SELL",
                    cash_change__gte=0,
                    quantity_change__lt=0,
                    cost_change__lte=0,
                    price__gt=0,
                    order_id__isnull=False,
                    broker_fill_id__isnull=False,
                )
                | Q(entry_type="SPLIT", cash_change=0, cost_change=0, commission=0, order_id__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["account_db_key", "asset_code", "entry_no"], name="ix_ledger_asset")]

    def __str__(self) -> str:
        return f"{self.entry_type} {self.account_db_key}/{self.entry_no}"
