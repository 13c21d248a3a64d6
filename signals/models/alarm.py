from django.db import models
from django.db.models import Case, F, Q, When

from shards.bases import ShardModel
from shards.fields import PublicIdField
from signals.detection import HYSTERESES, LONGEST_COOLDOWN
from signals.models.market import SIDES, price_field, symbol_field


class SignalAlarm(ShardModel):
    """`table_signal_alarms`: one user watches one symbol. A deleted one stays as a row and frees its symbol."""

    alarm_id = PublicIdField(primary_key=True)  # UUIDv7: the newest alarm has the largest
    account_db_key = models.PositiveBigIntegerField()
    symbol = symbol_field()
    company_name = models.CharField(max_length=200)
    current_price = price_field()  # when the alarm was made
    exchange = models.CharField(max_length=50)
    currency = models.CharField(max_length=3, db_collation="utf8mb4_bin")
    note = models.CharField(max_length=500, default="", db_default="")
    band_window = models.PositiveSmallIntegerField(default=20, db_default=20)
    band_k = models.DecimalField(max_digits=6, decimal_places=3, default=2, db_default=2)
    side = models.CharField(max_length=4, default="BOTH", db_default="BOTH", db_collation="utf8mb4_bin")
    cooldown = models.PositiveSmallIntegerField(default=0, db_default=0)  # sessions without a signal after one
    hysteresis = models.PositiveSmallIntegerField(default=0, db_default=0)  # % of the band to come back before the next
    expires_on = models.DateField(null=True)  # the last session on which it fires
    since_session = models.DateField()  # fires only on later sessions
    is_active = models.BooleanField(default=True, db_default=True)
    is_deleted = models.BooleanField(default=False, db_default=False)
    live_symbol = models.GeneratedField(
        expression=Case(When(is_deleted=False, then=F("symbol")), default=None),
        output_field=models.CharField(max_length=50, null=True, db_collation="utf8mb4_bin"),
        db_persist=True,
    )
    is_paced = models.GeneratedField(
        expression=Case(When(Q(cooldown__gt=0) | Q(hysteresis__gt=0), then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_signal_alarms"
        verbose_name = "alarm"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "live_symbol"], name="uq_alarm_account_symbol"),
            models.CheckConstraint(name="ck_alarm_window", condition=Q(band_window__range=(2, 250))),
            # Outside this range no bar can ever leave the band (signals/bollinger.py).
            models.CheckConstraint(
                name="ck_alarm_k", condition=Q(band_k__gt=0) & Q(band_window__gt=F("band_k") * F("band_k") + 1)
            ),
            models.CheckConstraint(name="ck_alarm_side", condition=Q(side__in=["BOTH", *SIDES])),
            models.CheckConstraint(name="ck_alarm_cooldown", condition=Q(cooldown__lte=LONGEST_COOLDOWN)),
            models.CheckConstraint(name="ck_alarm_hysteresis", condition=Q(hysteresis__in=HYSTERESES)),
            models.CheckConstraint(name="ck_alarm_price", condition=Q(current_price__gt=0)),
        ]
        indexes = [
            models.Index(fields=["account_db_key", "is_deleted", "alarm_id"], name="ix_alarm_list"),
            models.Index(
                fields=["symbol", "band_window", "band_k", "is_active", "is_deleted", "account_db_key", "is_paced"],
                name="ix_alarm_fanout",
            ),
            models.Index(
                fields=["symbol", "is_active", "is_deleted", "account_db_key", "is_paced"], name="ix_alarm_symbol"
            ),
            models.Index(
                fields=["is_deleted", "is_active", "symbol", "band_window", "band_k", "since_session"],
                name="ix_alarm_watched",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} for {self.account_db_key}"
