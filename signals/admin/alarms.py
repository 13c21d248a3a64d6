"""Alarms and what they found: written by users and machines, read here."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, RadioFilter
from unfold.decorators import display

from shards.admin.columns import LINK, NOTHING, account, decimal, label, page_url, whole
from shards.admin.model_admin import ShardAdmin
from signals.admin.columns import SIDES, band
from signals.admin.scorecards import WithScorecards
from signals.models import (
    SignalAlarm,
    SignalFanout,
    SignalHistory,
    SignalRevision,
)


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
class SignalHistoryAdmin(WithScorecards):
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
            {
                "fields": [
                    ("outcome", "profit"),
                    (decimal("price_after_1d"), "evaluated_at"),
                    ("horizon", "revision", "withdrawn_at"),
                ]
            },
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

    @display(
        description="outcome", label={"win": "success", "no win": "danger", "pending": "info", "withdrawn": "warning"}
    )
    def outcome(self, row: SignalHistory) -> str:
        if row.is_win is None:
            return "withdrawn" if row.withdrawn_at else "pending"
        return "win" if row.is_win else "no win"

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
