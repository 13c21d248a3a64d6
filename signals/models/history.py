from django.db import models
from django.db.models import Q

from shards.bases import ShardModel
from shards.fields import PublicIdField
from signals.models.market import SIDES, price_field, symbol_field


class SignalHistory(ShardModel):
    """`table_signal_history`: one signal for one alarm, and how it turned out one session later."""

    signal_id = PublicIdField(primary_key=True)  # from alarm, session, side and source: repeating makes the same row
    market_signal_id = PublicIdField()
    alarm_id = PublicIdField()
    account_db_key = models.PositiveBigIntegerField()
    source = models.CharField(max_length=30, db_collation="utf8mb4_bin")
    symbol = symbol_field()
    band_window = models.PositiveSmallIntegerField()
    band_k = models.DecimalField(max_digits=6, decimal_places=3)
    session = models.DateField()
    signal_type = models.CharField(max_length=10, db_collation="utf8mb4_bin")
    signal_price = price_field()  # the close as traded
    volume = models.PositiveBigIntegerField()
    triggered_at = models.DateTimeField()
    price_after_1d = models.DecimalField(max_digits=19, decimal_places=6, null=True)  # as traded
    profit_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True)  # percent, signed by direction
    is_win = models.BooleanField(null=True)  # NULL: not judged yet
    evaluated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_signal_history"
        verbose_name = "signal"
        constraints = [
            models.UniqueConstraint(
                fields=["alarm_id", "session", "signal_type", "source"], name="uq_history_alarm_session_side"
            ),
            models.CheckConstraint(name="ck_history_type", condition=Q(signal_type__in=SIDES)),
            models.CheckConstraint(
                name="ck_history_judged",
                condition=Q(evaluated_at=None, is_win=None, price_after_1d=None, profit_rate=None)
                | Q(
                    evaluated_at__isnull=False,
                    is_win__isnull=False,
                    price_after_1d__isnull=False,
                    profit_rate__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["account_db_key", "session", "signal_id"], name="ix_history_list"),
            models.Index(fields=["market_signal_id", "account_db_key"], name="ix_history_market_signal"),
            models.Index(fields=["evaluated_at", "symbol", "session", "account_db_key"], name="ix_history_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.signal_type} {self.session} for {self.account_db_key}"
