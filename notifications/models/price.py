from django.db import models
from django.db.models import Case, F, Q, When

from shards.bases import ShardModel
from shards.fields import PublicIdField
from signals.models.market import price_field, symbol_field


class PriceAlarm(ShardModel):
    """`table_price_alarms`: an account is told once when a symbol's close reaches a price.

    Waiting until it is reached, and then a record of it. `target_price` is in shares of `since_session`, the symbol's
    latest session when it was made; only later ones reach it.
    """

    class Direction(models.TextChoices):
        ABOVE = "ABOVE"  # the price was below: reached by a close at or above
        BELOW = "BELOW"  # the price was above: reached by a close at or below

    price_alarm_id = PublicIdField(primary_key=True)  # UUIDv7: the newest has the largest
    account_db_key = models.PositiveBigIntegerField()
    symbol = symbol_field()
    direction = models.CharField(max_length=5, choices=Direction, db_collation="utf8mb4_bin")
    target_price = price_field()
    since_session = models.DateField()
    reached_on = models.DateField(null=True)  # the session
    reached_price = price_field(null=True)  # its close as traded
    waiting_price = models.GeneratedField(
        expression=Case(When(reached_on=None, then=F("target_price")), default=None),
        output_field=models.DecimalField(max_digits=19, decimal_places=6, null=True),
        db_persist=True,
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_price_alarms"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "symbol", "waiting_price"], name="uq_price_alarm"),
            models.CheckConstraint(name="ck_price_alarm_direction", condition=Q(direction__in=["ABOVE", "BELOW"])),
            models.CheckConstraint(name="ck_price_alarm_target", condition=Q(target_price__gt=0)),
            models.CheckConstraint(
                name="ck_price_alarm_reached",
                condition=Q(reached_on=None, reached_price=None)
                | Q(reached_on__isnull=False, reached_price__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["account_db_key", "price_alarm_id"], name="ix_price_alarm_list"),
            models.Index(fields=["symbol", "direction", "waiting_price"], name="ix_price_alarm_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.direction} {self.target_price}"
