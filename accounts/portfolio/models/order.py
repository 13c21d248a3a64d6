from django.db import models
from django.db.models import F, Q

from accounts.portfolio.models.account import asset_field, currency_field, money_field
from shards.bases import ShardModel
from shards.fields import PublicIdField


class UserOrder(ShardModel):
    """`table_user_orders`: one order, made once for each `client_order_id` of an account.

    `price_cap` is the worst price at which it may be filled: the limit, and for a market order a distance from the
    latest close. What is reserved therefore always suffices.
    """

    class State(models.TextChoices):
        ACCEPTED = "accepted"  # new
        RESERVED = "reserved"  # accepted -> cash or shares are set aside for it
        PLACED = "placed"  # reserved -> the broker has it
        PARTIALLY_FILLED = "partially_filled"  # placed -> some of it is filled, the rest waits
        FILLED = "filled"  # placed, partially_filled -> all of it is filled
        CANCELLED = "cancelled"  # any open state -> its owner cancelled it; what was filled stays
        REJECTED = "rejected"  # accepted, reserved -> the broker did not take it
        EXPIRED = "expired"  # placed, partially_filled -> its time was over; what was filled stays

    class Side(models.TextChoices):
        BUY = "BUY"
        SELL = "SELL"

    class Type(models.TextChoices):
        MARKET = "MARKET"
        LIMIT = "LIMIT"

    class TimeInForce(models.TextChoices):
        DAY = "DAY"  # for the next session
        GTC = "GTC"  # until cancelled, for paper.GTC_SESSIONS sessions at most

    class Source(models.TextChoices):
        MANUAL = "MANUAL"
        REBALANCE = "REBALANCE"

    order_id = PublicIdField(primary_key=True)  # UUIDv7: the newest order has the largest
    account_db_key = models.PositiveBigIntegerField()
    client_order_id = models.CharField(max_length=64, db_collation="utf8mb4_bin")
    asset_code = asset_field()
    side = models.CharField(max_length=4, choices=Side, db_collation="utf8mb4_bin")
    order_type = models.CharField(max_length=10, choices=Type, db_collation="utf8mb4_bin")
    time_in_force = models.CharField(max_length=3, choices=TimeInForce, db_collation="utf8mb4_bin")
    order_source = models.CharField(max_length=10, choices=Source, db_collation="utf8mb4_bin")
    quantity = money_field()
    limit_price = money_field(null=True)
    price_cap = money_field()
    commission_rate = models.DecimalField(max_digits=10, decimal_places=6)
    currency_code = currency_field()
    since_session = models.DateField()  # filled in later sessions only
    state = models.CharField(max_length=20, choices=State, db_collation="utf8mb4_bin")
    reason = models.CharField(max_length=200, default="", db_default="")  # why it was rejected, expired or cancelled
    filled_quantity = money_field(default=0, db_default=0)
    filled_amount = money_field(default=0, db_default=0)  # of all fills, without commission
    commission = money_field(default=0, db_default=0)
    last_fill_session = models.DateField(null=True)
    reserved_cash = money_field(default=0, db_default=0)  # its part of table_user_accounts.reserved
    reserved_quantity = money_field(default=0, db_default=0)  # its part of table_user_portfolios.reserved_quantity
    broker = models.CharField(max_length=20, db_collation="utf8mb4_bin")
    broker_order_id = models.CharField(max_length=64, default="", db_default="", db_collation="utf8mb4_bin")
    broker_asked_at = models.DateTimeField(
        null=True
    )  # it was sent at this time, and nobody knows yet what became of it
    cancel_requested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    OPEN = ["accepted", "reserved", "placed", "partially_filled"]
    ENDED = ["filled", "cancelled", "rejected", "expired"]

    class Meta:
        db_table = "table_user_orders"
        verbose_name = "order"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "client_order_id"], name="uq_order_client_id"),
            models.CheckConstraint(
                name="ck_order_words",
                condition=Q(side__in=["BUY", "SELL"], time_in_force__in=["DAY", "GTC"])
                & Q(order_source__in=["MANUAL", "REBALANCE"])
                & (Q(order_type="MARKET", limit_price__isnull=True) | Q(order_type="LIMIT", limit_price__gt=0)),
            ),
            models.CheckConstraint(
                name="ck_order_amounts",
                condition=Q(
                    quantity__gt=0,
                    price_cap__gt=0,
                    commission_rate__gte=0,
                    filled_quantity__gte=0,
                    filled_quantity__lte=F("quantity"),
                    reserved_cash__gte=0,
                    reserved_quantity__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="ck_order_state",
                condition=Q(state__in=["reserved", "placed"], filled_quantity=0, ended_at__isnull=True)
                | Q(state="partially_filled", filled_quantity__gt=0, ended_at__isnull=True)
                | Q(state="accepted", filled_quantity=0, reserved_cash=0, reserved_quantity=0, ended_at__isnull=True)
                | Q(
                    state__in=["filled", "cancelled", "rejected", "expired"],
                    reserved_cash=0,
                    reserved_quantity=0,
                    ended_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="ck_order_filled", condition=~Q(state="filled") | Q(filled_quantity=F("quantity"))
            ),
        ]
        indexes = [
            models.Index(fields=["account_db_key", "order_id"], name="ix_order_list"),
            models.Index(fields=["state", "order_id"], name="ix_order_state"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity.normalize():f} {self.asset_code}"
