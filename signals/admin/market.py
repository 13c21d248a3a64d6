"""The market and what scans found in it, which is the same for everybody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RadioFilter
from unfold.decorators import display

from shards.admin.columns import decimal, excerpt, label, whole
from shards.admin.model_admin import ReadOnlyAdmin, ShardAdmin
from signals.admin.columns import SIDES, band
from signals.models import (
    MarketBar,
    MarketBarRevision,
    MarketFeed,
    MarketGap,
    MarketProgress,
    MarketSignal,
    MarketSplit,
    SignalScan,
)

PRICES = ["open", "high", "low", "close"]


@admin.register(MarketProgress)
class MarketProgressAdmin(ShardAdmin):
    list_display = ["name", "change_seq", "upto_seq", "symbol"]
    ordering = ["name"]


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
