"""What an account has now: cash and positions. Each equals the last row of the ledger that speaks of it."""

from django.db import models
from django.db.models import F, Q

from shards.bases import ShardModel


def money_field(**kwargs: object) -> models.DecimalField:
    return models.DecimalField(max_digits=19, decimal_places=6, **kwargs)  # type: ignore[arg-type]


def asset_field() -> models.CharField:
    return models.CharField(max_length=50, db_collation="utf8mb4_bin")


def currency_field() -> models.CharField:
    return models.CharField(max_length=3, db_collation="utf8mb4_bin")  # ISO 4217


class UserAccount(ShardModel):
    """`table_user_accounts`: cash. Whoever changes cash, positions or orders locks this row first."""

    class Type(models.TextChoices):
        CHECKING = "checking"
        SAVINGS = "savings"
        INVESTMENT = "investment"

    class Status(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"  # active -> an operator stopped new orders; what is placed is settled
        CLOSED = "closed"  # active, suspended -> nothing is ordered any more

    account_db_key = models.PositiveBigIntegerField(primary_key=True)
    account_number = models.CharField(max_length=24, unique=True, db_collation="utf8mb4_bin")
    balance = money_field(default=0, db_default=0)
    reserved = money_field(default=0, db_default=0)  # the part of balance that open orders may spend
    account_type = models.CharField(max_length=20, choices=Type, db_collation="utf8mb4_bin")
    account_status = models.CharField(
        max_length=20, choices=Status, default=Status.ACTIVE, db_default=Status.ACTIVE, db_collation="utf8mb4_bin"
    )
    currency_code = currency_field()
    broker = models.CharField(max_length=20, db_collation="utf8mb4_bin")  # a name of accounts.portfolio.brokers
    broker_account = models.CharField(
        max_length=32, default="", db_default="", db_collation="utf8mb4_bin"
    )  # its number there
    entry_no = models.PositiveBigIntegerField(default=0, db_default=0)  # of the last row in the ledger
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_user_accounts"
        verbose_name = "cash account"
        constraints = [
            models.CheckConstraint(
                name="ck_user_account_cash", condition=Q(balance__gte=0, reserved__gte=0, reserved__lte=F("balance"))
            ),
            models.CheckConstraint(
                name="ck_user_account_type", condition=Q(account_type__in=["checking", "savings", "investment"])
            ),
            models.CheckConstraint(
                name="ck_user_account_status", condition=Q(account_status__in=["active", "suspended", "closed"])
            ),
        ]

    def __str__(self) -> str:
        return self.account_number


class UserPortfolio(ShardModel):
    """`table_user_portfolios`: one asset of one account. A position that was sold stays as a row of quantity 0."""

    class AssetType(models.TextChoices):
        STOCK = "STOCK"
        ETF = "ETF"
        FUND = "FUND"
        CASH = "CASH"
        CRYPTO = "CRYPTO"

    portfolio_id = models.BigAutoField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    asset_code = asset_field()
    asset_type = models.CharField(
        max_length=10,
        choices=AssetType,
        default=AssetType.STOCK,
        db_default=AssetType.STOCK,
        db_collation="utf8mb4_bin",
    )
    quantity = money_field(default=0, db_default=0)
    reserved_quantity = money_field(default=0, db_default=0)  # the part of quantity that open orders may sell
    book_cost = money_field(default=0, db_default=0)  # what was paid for this quantity, commission included
    average_cost = money_field(default=0, db_default=0)  # book_cost / quantity
    current_value = money_field(default=0, db_default=0)  # at the last price that was seen, a fill's or a close
    currency_code = currency_field()
    last_updated = models.DateTimeField()

    class Meta:
        db_table = "table_user_portfolios"
        verbose_name = "position"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "asset_code"], name="uq_portfolio_account_asset"),
            models.CheckConstraint(
                name="ck_portfolio_quantity",
                condition=Q(quantity__gte=0, reserved_quantity__gte=0, reserved_quantity__lte=F("quantity")),
            ),
            models.CheckConstraint(
                name="ck_portfolio_cost", condition=Q(book_cost__gte=0, average_cost__gte=0, current_value__gte=0)
            ),
        ]
        indexes = [models.Index(fields=["asset_code", "account_db_key"], name="ix_portfolio_asset")]

    def __str__(self) -> str:
        return f"{self.asset_code} of {self.account_db_key}"
