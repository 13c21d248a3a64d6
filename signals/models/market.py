"""The market, which is the same for everybody: global tables."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shards.bases import EveryModel, GlobalModel
from shards.fields import PublicIdField

SIDES = ["BUY", "SELL"]


def symbol_field() -> models.CharField:
    return models.CharField(max_length=50, db_collation="utf8mb4_bin")


def price_field(*, null: bool = False) -> models.DecimalField:
    return models.DecimalField(max_digits=19, decimal_places=6, null=null)


class MarketSymbol(GlobalModel):
    """`table_market_symbols`: what can be watched."""

    symbol = models.CharField(max_length=50, primary_key=True, db_collation="utf8mb4_bin")
    company_name = models.CharField(max_length=200)
    exchange = models.CharField(max_length=50)
    currency = models.CharField(max_length=3, db_collation="utf8mb4_bin")
    calendar = models.CharField(max_length=10, db_collation="utf8mb4_bin")  # ISO 10383, for exchange_calendars

    class Meta:
        db_table = "table_market_symbols"
        verbose_name = "symbol"

    def __str__(self) -> str:
        return self.symbol


class _Bar(GlobalModel):
    """One session of one symbol, prices as traded."""

    idx = models.BigAutoField(primary_key=True)
    symbol = symbol_field()
    session = models.DateField()  # the exchange's date
    open = price_field()
    high = price_field()
    low = price_field()
    close = price_field()
    volume = models.PositiveBigIntegerField()
    source = models.CharField(max_length=30, db_collation="utf8mb4_bin")
    revision = models.PositiveSmallIntegerField(default=0, db_default=0)  # 0 as first heard, then 1, 2, ...
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.symbol} {self.session}"


class MarketBar(_Bar):
    """`table_market_bars`: what is known of a session now.

    `change_seq` is the number of the write that made or corrected it, in commit order: who has seen all up to a number
    finds the new, the late and the corrected ones above it.
    """

    change_seq = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta(_Bar.Meta):
        db_table = "table_market_bars"
        verbose_name = "bar"
        constraints = [
            models.UniqueConstraint(fields=["symbol", "session"], name="uq_bar_symbol_session"),
            models.CheckConstraint(name="ck_bar_prices", condition=Q(open__gt=0, high__gt=0, low__gt=0, close__gt=0)),
        ]
        indexes = [
            models.Index(fields=["session"], name="ix_bar_session"),
            models.Index(fields=["change_seq", "symbol", "session"], name="ix_bar_change"),
        ]


class MarketBarRevision(_Bar):
    """`table_market_bar_revisions`: what was thought of a session before a correction."""

    replaced_at = models.DateTimeField()

    class Meta(_Bar.Meta):
        db_table = "table_market_bar_revisions"
        verbose_name = "replaced bar"
        constraints = [models.UniqueConstraint(fields=["symbol", "session", "revision"], name="uq_bar_revision")]


class MarketProgress(EveryModel):
    """`table_market_progress`: how far a piece of work on this database has come with the bars' changes.

    Changes up to `change_seq` are done. Those up to `upto_seq` are being worked on, and are done for symbols up to
    `symbol`. Locked by whoever commits the next batch.
    """

    name = models.CharField(max_length=20, primary_key=True, db_collation="utf8mb4_bin")
    change_seq = models.PositiveBigIntegerField(default=0, db_default=0)
    upto_seq = models.PositiveBigIntegerField(default=0, db_default=0)
    symbol = models.CharField(max_length=50, default="", db_default="", db_collation="utf8mb4_bin")

    class Meta:
        db_table = "table_market_progress"
        verbose_name = "progress with bars"
        verbose_name_plural = "progress with bars"

    def __str__(self) -> str:
        return self.name


class MarketFeed(GlobalModel):
    """`table_market_feeds`: how asking each source of market data or signals went."""

    source = models.CharField(max_length=30, primary_key=True, db_collation="utf8mb4_bin")
    asked_at = models.DateTimeField()
    last_success_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="", db_default="")  # why it failed last; empty when it did not
    position = models.CharField(max_length=200, default="", db_default="", db_collation="utf8mb4_bin")  # read so far

    class Meta:
        db_table = "table_market_feeds"
        verbose_name = "feed"

    def __str__(self) -> str:
        return self.source


class MarketGap(GlobalModel):
    """`table_market_gaps`: a session that the exchange held and of which there is no bar, or was none for a while."""

    idx = models.BigAutoField(primary_key=True)
    symbol = symbol_field()
    session = models.DateField()
    noticed_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_market_gaps"
        verbose_name = "gap"
        constraints = [models.UniqueConstraint(fields=["symbol", "session"], name="uq_gap_symbol_session")]
        indexes = [models.Index(fields=["filled_at", "idx"], name="ix_gap_open")]

    def __str__(self) -> str:
        return f"{self.symbol} {self.session}"


class MarketSplit(GlobalModel):
    """`table_market_splits`: `ratio` new shares for one old one, from this session on."""

    idx = models.BigAutoField(primary_key=True)
    symbol = symbol_field()
    session = models.DateField()
    ratio = models.DecimalField(max_digits=19, decimal_places=6)

    class Meta:
        db_table = "table_market_splits"
        verbose_name = "split"
        constraints = [
            models.UniqueConstraint(fields=["symbol", "session"], name="uq_split_symbol_session"),
            models.CheckConstraint(name="ck_split_ratio", condition=Q(ratio__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.session} {self.ratio}:1"


class MarketSignal(GlobalModel):
    """`table_market_signals`: what a scan found, once for everybody; each shard fans it out to its alarms.

    `signal_seq` has no gaps and follows commit order, so that a shard's progress is one number.
    """

    signal_id = PublicIdField(primary_key=True)  # from source, symbol, parameters, session and side
    signal_seq = models.PositiveBigIntegerField(unique=True)
    source = models.CharField(max_length=30, db_collation="utf8mb4_bin")
    symbol = symbol_field()
    band_window = models.PositiveSmallIntegerField()  # 0, as is k, for a source that knows no bands: for every alarm
    band_k = models.DecimalField(max_digits=6, decimal_places=3)
    session = models.DateField()
    signal_type = models.CharField(max_length=10, db_collation="utf8mb4_bin")
    signal_price = price_field()
    volume = models.PositiveBigIntegerField()
    triggered_at = models.DateTimeField()
    confidence = models.DecimalField(max_digits=6, decimal_places=5, null=True)  # 0 to 1, where the source says one
    model_version = models.CharField(max_length=50, default="", db_default="", db_collation="utf8mb4_bin")
    withdrawn_at = models.DateTimeField(null=True)  # a corrected bar took it back
    change_seq = models.PositiveBigIntegerField(default=0, db_default=0)  # the bars' change that did, or undid it
    pace = models.JSONField(default=dict)  # what alarms with a cooldown or hysteresis ask, see signals.detection.Pace

    class Meta:
        db_table = "table_market_signals"
        verbose_name = "market signal"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "symbol", "band_window", "band_k", "session", "signal_type"], name="uq_market_signal"
            ),
            models.CheckConstraint(name="ck_market_signal_type", condition=Q(signal_type__in=SIDES)),
        ]
        indexes = [models.Index(fields=["change_seq", "signal_seq"], name="ix_market_signal_change")]

    def __str__(self) -> str:
        return f"{self.symbol} {self.signal_type} {self.session}"


class SignalScan(GlobalModel):
    """`table_signal_scans`: the sessions that were scanned for one symbol and one pair of parameters."""

    idx = models.BigAutoField(primary_key=True)
    symbol = symbol_field()
    band_window = models.PositiveSmallIntegerField()
    band_k = models.DecimalField(max_digits=6, decimal_places=3)
    after_session = models.DateField()  # scanned: later than this ...
    upto_session = models.DateField()  # ... and not later than this
    judged = models.JSONField(null=True)  # what the last bar showed, see signals.detection.Judged

    class Meta:
        db_table = "table_signal_scans"
        constraints = [
            models.UniqueConstraint(fields=["symbol", "band_window", "band_k"], name="uq_scan"),
            models.CheckConstraint(name="ck_scan_range", condition=Q(after_session__lte=models.F("upto_session"))),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.band_window}/{self.band_k}"
