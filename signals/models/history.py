from django.db import models
from django.db.models import Q

from shards.bases import ShardModel
from shards.fields import PublicIdField
from signals.models.market import SIDES, price_field, symbol_field

WITHDRAWN = 9  # the horizon of a signal that waits for no judgement, because there is none any more


def rate_field() -> models.DecimalField:
    """Percent, signed by the signal's direction: a BUY that falls has a negative one."""
    return models.DecimalField(max_digits=10, decimal_places=6, null=True)


class SignalHistory(ShardModel):
    """`table_signal_history`: one signal for one alarm, and how it turned out one, three and five sessions later."""

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
    confidence = models.DecimalField(max_digits=6, decimal_places=5, null=True)  # 0 to 1, where the source says one
    model_version = models.CharField(max_length=50, default="", db_default="", db_collation="utf8mb4_bin")
    price_after_1d = price_field(null=True)  # as traded
    profit_rate = rate_field()
    is_win = models.BooleanField(null=True)  # NULL: not judged yet
    evaluated_at = models.DateTimeField(null=True)
    horizon = models.PositiveSmallIntegerField(
        default=0, db_default=0
    )  # sessions judged so far: 0, 1, 3, 5; or WITHDRAWN
    price_after_3d = price_field(null=True)
    profit_rate_3d = rate_field()
    price_after_5d = price_field(null=True)
    profit_rate_5d = rate_field()
    best_rate = rate_field()  # the best that the five sessions offered, by their highs and lows
    worst_rate = rate_field()
    revision = models.PositiveSmallIntegerField(default=0, db_default=0)  # judgements before this one
    withdrawn_at = models.DateTimeField(null=True)  # a corrected bar took it back: its judgements are revisions

    class Meta:
        db_table = "table_signal_history"
        verbose_name = "signal"
        constraints = [
            models.UniqueConstraint(
                fields=["alarm_id", "session", "signal_type", "source"], name="uq_history_alarm_session_side"
            ),
            models.CheckConstraint(
                name="ck_history_horizon",
                condition=Q(horizon=0, evaluated_at=None)
                | Q(horizon=1, evaluated_at__isnull=False, profit_rate_3d=None)
                | Q(horizon=3, profit_rate_3d__isnull=False, profit_rate_5d=None)
                | Q(horizon=5, profit_rate_3d__isnull=False, profit_rate_5d__isnull=False)
                | Q(horizon=WITHDRAWN, evaluated_at=None, profit_rate_3d=None, profit_rate_5d=None),
            ),
            models.CheckConstraint(
                name="ck_history_withdrawn",
                condition=Q(horizon=WITHDRAWN, withdrawn_at__isnull=False)
                | Q(horizon__lt=WITHDRAWN, withdrawn_at=None),
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
            models.Index(fields=["horizon", "symbol", "session", "account_db_key"], name="ix_history_horizon"),
            models.Index(fields=["account_db_key", "session", "signal_id"], name="ix_history_list"),
            models.Index(fields=["market_signal_id", "account_db_key"], name="ix_history_market_signal"),
            models.Index(fields=["evaluated_at", "symbol", "session", "account_db_key"], name="ix_history_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.signal_type} {self.session} for {self.account_db_key}"


class SignalRevision(ShardModel):
    """`table_signal_revisions`: a judgement as it was before one of its bars was corrected."""

    idx = models.BigAutoField(primary_key=True)
    signal_id = PublicIdField()
    revision = models.PositiveSmallIntegerField()
    account_db_key = models.PositiveBigIntegerField()
    horizon = models.PositiveSmallIntegerField()
    signal_price = price_field()
    price_after_1d = price_field()
    profit_rate = rate_field()
    is_win = models.BooleanField()
    evaluated_at = models.DateTimeField()
    price_after_3d = price_field(null=True)
    profit_rate_3d = rate_field()
    price_after_5d = price_field(null=True)
    profit_rate_5d = rate_field()
    best_rate = rate_field()
    worst_rate = rate_field()
    replaced_at = models.DateTimeField()

    class Meta:
        db_table = "table_signal_revisions"
        verbose_name = "replaced judgement"
        constraints = [models.UniqueConstraint(fields=["signal_id", "revision"], name="uq_signal_revision")]
        indexes = [models.Index(fields=["account_db_key", "idx"], name="ix_signal_revision_account")]

    def __str__(self) -> str:
        return f"{self.signal_id} {self.revision}"
