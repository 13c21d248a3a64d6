"""Alarms, what they found, and the market: all written by users and machines, read here."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, RadioFilter
from unfold.decorators import display

from shards.admin.columns import LINK, NOTHING, account, content, decimal, label, page_url, shortened, whole
from shards.admin.model_admin import ReadOnlyAdmin, ShardAdmin
from signals import news  # noqa: F401  # tells the start page
from signals.models import (
    KalmanHistory,
    MarketBar,
    MarketBarRevision,
    MarketProgress,
    MarketSignal,
    MarketSplit,
    MarketSymbol,
    SignalAlarm,
    SignalFanout,
    SignalHistory,
    SignalScan,
)

SIDES = {"BUY": "success", "SELL": "danger"}
KALMAN_SIDES = {"Long": "success", "Short": "danger", "Neutral": "info"}
PRICES = ["open", "high", "low", "close"]


@display(description="band")
def band(row: SignalAlarm | SignalHistory | MarketSignal | SignalScan) -> str:
    """Window and k, as in 20 / 2."""
    return f"{row.band_window} / {shortened(row.band_k, 0)}"


@admin.register(SignalAlarm)
class SignalAlarmAdmin(ShardAdmin):
    """Newest first, because the ids grow with time."""

    list_display = ["symbol", account, "company_name", band, "state", "since_session", "note", "created_at"]
    list_filter = [("is_active", BooleanRadioFilter), ("is_deleted", BooleanRadioFilter)]
    ordering = ["-alarm_id"]
    account_ordering = ["-is_deleted", "-alarm_id"]
    search_fields = ["account_db_key", "alarm_id", "symbol"]
    search_help_text = "Account key, alarm id or symbol"
    fieldsets = [
        (None, {"fields": [("symbol", "company_name"), (account, "state"), "note"]}),
        ("Fires", {"fields": [(band, "since_session"), (decimal("current_price"), "currency", "exchange")]}),
        ("Row", {"fields": ["alarm_id", ("created_at", "updated_at")]}),
    ]

    @display(description="state", label={"live": "success", "off": "warning", "deleted": "info"})
    def state(self, alarm: SignalAlarm) -> str:
        return "deleted" if alarm.is_deleted else "live" if alarm.is_active else "off"


class Judged(RadioFilter):
    title = "evaluation"
    parameter_name = "judged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Pending"), ("yes", "Judged")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SignalHistory]) -> QuerySet[SignalHistory]:
        return queryset if self.value() is None else queryset.filter(evaluated_at__isnull=self.value() == "no")


@admin.register(SignalHistory)
class SignalHistoryAdmin(ShardAdmin):
    """Both orders are an index's: of all accounts the last judged first, of one account the newest first."""

    list_display = [
        "symbol", account, label("signal_type", SIDES, description="side"), "session", decimal("signal_price"),
        decimal("price_after_1d", description="a session later"), "profit", "outcome",
        "triggered_at", "evaluated_at",
    ]  # fmt: skip
    list_filter = [Judged]
    ordering = ["-evaluated_at", "-symbol", "-session", "-account_db_key", "-signal_id"]
    account_ordering = ["-session", "-signal_id"]
    search_fields = ["account_db_key", "signal_id"]
    search_help_text = "Account key or signal id"
    fieldsets = [
        (None, {"fields": [("symbol", label("signal_type", SIDES, description="side")), (account, "alarm"), "source"]}),
        ("Signal", {"fields": [("session", "triggered_at"), (decimal("signal_price"), whole("volume"), band)]}),
        (
            "A session later",
            {"fields": [("outcome", "profit"), (decimal("price_after_1d"), "evaluated_at")]},
        ),
        ("Ids", {"fields": ["signal_id", "market_signal_id"]}),
    ]

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        """Of the pending all have the index's first column alike, and MariaDB must be spared it to see the order."""
        ordering = super().get_ordering(request)
        return ordering[1:] if request.GET.get("judged") == "no" and ordering is self.ordering else ordering

    @display(description="outcome", label={"win": "success", "no win": "danger", "pending": "info"})
    def outcome(self, row: SignalHistory) -> str:
        return "pending" if row.is_win is None else "win" if row.is_win else "no win"

    @display(description="profit", empty_value=NOTHING)
    def profit(self, row: SignalHistory) -> str | None:
        return None if row.profit_rate is None else f"{row.profit_rate:+.3f} %"

    @display(description="alarm")
    def alarm(self, row: SignalHistory) -> SafeString:
        return format_html(LINK, page_url(SignalAlarm, "change", row.alarm_id), row.alarm_id)


@admin.register(SignalFanout)
class SignalFanoutAdmin(ShardAdmin):
    list_display = ["name", "signal_seq", "upto_seq", "account_db_key"]
    ordering = ["name"]


@admin.register(KalmanHistory)
class KalmanHistoryAdmin(ShardAdmin):
    list_display = [
        "ticker", account, "timestamp", "step_count", label("trading_signal", KALMAN_SIDES), "score", "health",
    ]  # fmt: skip
    ordering = ["-idx"]
    search_fields = ["ticker"]
    search_help_text = "Symbol"
    fieldsets = [
        (None, {"fields": [("ticker", account), ("timestamp", "step_count"), ("trading_signal", "health")]}),
        ("State", {"fields": [content("state_vector_x"), content("covariance_matrix_p")]}),
        ("Observed", {"fields": [content("market_data"), content("performance_metrics")]}),
    ]

    @display(description="score")
    def score(self, row: KalmanHistory) -> str:
        return f"{row.performance_metrics.get('score', 0):+.2f}"

    @display(description="health", label={"healthy": "success", "drifting": "warning", "diverged": "danger"})
    def health(self, row: KalmanHistory) -> str:
        return str(row.performance_metrics.get("health", NOTHING))


@admin.register(MarketProgress)
class MarketProgressAdmin(ShardAdmin):
    list_display = ["name", "change_seq", "upto_seq", "symbol"]
    ordering = ["name"]


@admin.register(MarketSymbol)
class MarketSymbolAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "company_name", "exchange", "currency", "calendar"]
    ordering = ["symbol"]
    search_fields = ["symbol"]
    search_help_text = "Symbol"


@admin.register(MarketBar)
class MarketBarAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "session", *map(decimal, PRICES), whole("volume"), "source", "revision"]
    ordering = ["-session", "-idx"]
    search_fields = ["symbol"]
    search_help_text = "Symbol"
    fields = [
        ("symbol", "session"), tuple(map(decimal, PRICES)), (whole("volume"), "source"), ("revision", "recorded_at"),
    ]  # fmt: skip


@admin.register(MarketBarRevision)
class MarketBarRevisionAdmin(ReadOnlyAdmin):
    """What was thought of a session before its source corrected it."""

    list_display = ["symbol", "session", "revision", *map(decimal, PRICES), whole("volume"), "source", "replaced_at"]
    ordering = ["-idx"]
    search_fields = ["symbol"]
    search_help_text = "Symbol"


@admin.register(MarketSplit)
class MarketSplitAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "session", decimal("ratio", places=0)]
    ordering = ["symbol", "session"]
    search_fields = ["symbol"]
    search_help_text = "Symbol"


@admin.register(MarketSignal)
class MarketSignalAdmin(ReadOnlyAdmin):
    list_display = [
        "signal_seq", "symbol", label("signal_type", SIDES, description="side"), "session", decimal("signal_price"),
        band, "source", "triggered_at",
    ]  # fmt: skip
    list_display_links = ["signal_seq", "symbol"]
    ordering = ["-signal_seq"]
    search_fields = ["signal_seq", "signal_id"]
    search_help_text = "Sequence number or signal id"
    fieldsets = [
        (None, {"fields": [("symbol", label("signal_type", SIDES, description="side"), "session")]}),
        ("Signal", {"fields": [(decimal("signal_price"), whole("volume"), band), ("source", "triggered_at")]}),
        ("Ids", {"fields": ["signal_seq", "signal_id"]}),
    ]


@admin.register(SignalScan)
class SignalScanAdmin(ReadOnlyAdmin):
    list_display = ["symbol", band, "after_session", "upto_session"]
    ordering = ["symbol", "band_window", "band_k"]
    search_fields = ["symbol"]
    search_help_text = "Symbol"
