"""Alarms, what they found, and the market: all written by users and machines, read here."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, RadioFilter
from unfold.decorators import display

from config.json import dumps
from config.refusals import Refusal
from shards import directory
from shards.admin.columns import LINK, NOTHING, account, content, decimal, excerpt, label, page_url, shortened, whole
from shards.admin.model_admin import ReadOnlyAdmin, ShardAdmin
from shards.exceptions import ShardUnavailable
from signals import (
    news,  # noqa: F401  # tells the start page
    selectors,
)
from signals.models import (
    KalmanHistory,
    MarketBar,
    MarketBarRevision,
    MarketFeed,
    MarketGap,
    MarketProgress,
    MarketSignal,
    MarketSplit,
    MarketSymbol,
    SignalAlarm,
    SignalFanout,
    SignalHistory,
    SignalRevision,
    SignalScan,
)
from signals.regime import STATES
from signals.serializers import ChartInput

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
        (
            "Fires",
            {
                "fields": [
                    (band, "side", "since_session", "expires_on"),
                    ("cooldown", "hysteresis"),
                    (decimal("current_price"), "currency", "exchange"),
                ]
            },
        ),
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
            {"fields": [("outcome", "profit"), (decimal("price_after_1d"), "evaluated_at"), ("horizon", "revision")]},
        ),
        (
            "Three and five sessions later",
            {
                "fields": [
                    (decimal("price_after_3d"), decimal("profit_rate_3d")),
                    (decimal("price_after_5d"), decimal("profit_rate_5d")),
                    (decimal("best_rate"), decimal("worst_rate")),
                ]
            },
        ),
        ("Source", {"fields": [("confidence", "model_version")]}),
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


@admin.register(SignalRevision)
class SignalRevisionAdmin(ShardAdmin):
    """A judgement as it was before one of its bars was corrected or came late."""

    list_display = [
        "signal", account, "revision", decimal("signal_price"), decimal("price_after_1d"), "profit_rate", "is_win",
        "evaluated_at", "replaced_at",
    ]  # fmt: skip
    ordering = ["-idx"]
    account_ordering = ["-idx"]
    search_fields = ["account_db_key", "signal_id"]
    search_help_text = "Account key or signal id"

    @display(description="signal")
    def signal(self, row: SignalRevision) -> SafeString:
        return format_html(LINK, page_url(SignalHistory, "change", row.signal_id), row.signal_id)


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
    """A symbol's page draws its chart: closes, bands, signals by outcome, and the Kalman filter."""

    list_display = ["symbol", "company_name", "exchange", "currency", "calendar"]
    ordering = ["symbol"]
    search_fields = ["symbol"]
    search_help_text = "Symbol"
    fields = [("symbol", "company_name"), ("exchange", "currency", "calendar")]
    change_form_after_template = "signals/admin/chart.html"

    def get_urls(self) -> list[Any]:
        chart = path("<path:symbol>/chart/", self.admin_site.admin_view(self.chart), name="signals_marketsymbol_chart")
        return [chart, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = dict(extra_context or {})
        if object_id:
            url = reverse("admin:signals_marketsymbol_chart", args=[unquote(object_id)])
            context |= {"chart_url": url, "kalman_states": STATES}
        return super().changeform_view(request, object_id, form_url, context)

    def chart(self, request: HttpRequest, symbol: str) -> HttpResponse:
        """The chart's data; the platform's filters are alike on every shard, so the first that serves is asked."""
        checker = ChartInput(data=request.GET.dict() | {"symbol": symbol})
        if not checker.is_valid():
            return _json({"detail": "; ".join(f"{name}: {why[0]}" for name, why in checker.errors.items())}, 400)
        for shard_id in directory.served_shard_ids():
            try:
                return _json(selectors.chart_on_shard(shard_id=shard_id, **checker.validated_data), 200)
            except ShardUnavailable:
                continue
            except Refusal as refusal:
                return _json({"detail": str(refusal)}, refusal.status)
        return _json({"detail": "No shard serves."}, 503)


def _json(data: dict[str, Any], status: int) -> HttpResponse:
    return HttpResponse(dumps(data), status=status, content_type="application/json")


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


@admin.register(MarketFeed)
class MarketFeedAdmin(ReadOnlyAdmin):
    list_display = ["source", "state", "asked_at", "last_success_at", excerpt("error"), "position"]
    ordering = ["source"]

    @display(description="state", label={"answers": "success", "fails": "danger"})
    def state(self, feed: MarketFeed) -> str:
        return "fails" if feed.error else "answers"


class Open(RadioFilter):
    title = "bar"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Missing"), ("no", "Came late")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[MarketGap]) -> QuerySet[MarketGap]:
        return queryset if self.value() is None else queryset.filter(filled_at__isnull=self.value() == "yes")


@admin.register(MarketGap)
class MarketGapAdmin(ReadOnlyAdmin):
    """Sessions that the exchange held and of which there is no bar."""

    list_display = ["symbol", "session", "noticed_at", "filled_at"]
    list_filter = [Open]
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
