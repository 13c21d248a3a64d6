from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from notifications.delivery.procedures import notification_trace_get
from notifications.delivery.send import delivery_resend
from notifications.exceptions import DeliveryNotDead
from notifications.models import (
    InappNotification,
    NotificationDelivery,
    NotificationSettings,
    NotificationTrace,
    PriceAlarm,
)
from notifications.notices import admin as notices  # noqa: F401  # registers itself
from shards.admin.columns import account, content, decimal, excerpt, label, page_url
from shards.admin.model_admin import ShardAdmin


@admin.register(PriceAlarm)
class PriceAlarmAdmin(ShardAdmin):
    list_display = [
        "symbol", account, "direction", decimal("target_price"), "since_session", "reached_on",
        decimal("reached_price"),
    ]  # fmt: skip
    ordering = ["-price_alarm_id"]
    account_ordering = ["-price_alarm_id"]
    search_fields = ["account_db_key", "price_alarm_id"]
    search_help_text = "Account key or price alarm id"
    fields = [
        (account, "symbol"), ("direction", "target_price", "since_session"), ("reached_on", "reached_price"),
        ("price_alarm_id", "created_at"),
    ]  # fmt: skip


SWITCHES = [
    "email_notifications_enabled", "sms_notifications_enabled", "push_notifications_enabled", "price_alert_enabled",
    "news_alert_enabled", "portfolio_alert_enabled", "trade_alert_enabled",
]  # fmt: skip


@admin.register(InappNotification)
class InappNotificationAdmin(ShardAdmin):
    list_display = ["title", account, "type_id", "priority", "state", "created_at", "read_at"]
    ordering = ["-idx"]
    account_ordering = ["-is_deleted", "-created_at", "-notification_id"]
    search_fields = ["account_db_key", "notification_id"]
    search_help_text = "Account key or notification id"
    fieldsets = [
        (
            None,
            {"fields": ["title", "message", (account, "type_id", "priority"), ("state", "created_at", "read_at")]},
        ),
        ("Leaving", {"fields": [("shown_at", "expires_at"), ("leaves_at", "deleted_at")]}),
        ("Where it came from", {"fields": [("notification_id", "source_id"), content("data")]}),
    ]

    @display(description="state", label={"unread": "info", "read": "success"})
    def state(self, row: InappNotification) -> str:
        """What is gone says why."""
        return row.deleted_by or ("read" if row.is_read else "unread")


@admin.register(NotificationSettings)
class NotificationSettingsAdmin(ShardAdmin):
    """This shard's copy; an account without a row has the defaults."""

    list_display = ["account_db_key", *SWITCHES, "version"]
    ordering = ["account_db_key"]
    search_fields = ["account_db_key"]
    search_help_text = "Account key"
    fields = [
        "account_db_key",
        account,
        *SWITCHES,
        "version",
        ("language", "timezone"),
        ("quiet_from", "quiet_until"),
        "is_advertising_allowed",
    ]


RESEND = "notifications.change_notificationdelivery"
STATES = {
    "pending": "info", "sent": "success", "skipped": "warning", "cancelled": "warning", "expired": "warning",
    "coalesced": "info", "digest": "info", "digested": "info", "dead_letter": "danger",
}  # fmt: skip


@admin.register(NotificationDelivery)
class NotificationDeliveryAdmin(ShardAdmin):
    """What was given up has a button; its page also shows each decision, in order."""

    change_form_outer_after_template = "notifications/admin/delivery.html"
    list_display = [
        "title", account, "channel", "type_id", label("state", STATES), "attempts", "next_attempt_at", "sent_at",
    ]  # fmt: skip
    list_filter = [("state", ChoicesDropdownFilter)]
    ordering = ["-idx"]
    account_ordering = ["-state", "-idx"]
    search_fields = ["account_db_key", "notification_id"]
    search_help_text = "Account key or notification id"
    fieldsets = [
        (None, {"fields": ["title", "message", (account, "type_id", "channel"), ("state", "priority")]}),
        ("Sending", {"fields": [("attempts", "next_attempt_at", "expires_at"), ("sent_at", "is_outcome_open")]}),
        ("With others", {"fields": [("coalesced_count", "parent_id")]}),
        ("Ids", {"fields": [("delivery_id", "notification_id")]}),
    ]

    def get_urls(self) -> list[Any]:
        resend = self._on_chosen(self.admin_site.admin_view(require_POST(self.resend)))
        return [path("<int:idx>/resend/", resend, name="notification_resend"), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        delivery = self.get_object(request, object_id) if object_id else None
        shown: dict[str, Any] = {}
        if isinstance(delivery, NotificationDelivery):
            traces = notification_trace_get(
                account_db_key=delivery.account_db_key, notification_id=delivery.notification_id
            )
            rows = [
                [f"{one.created_at:%Y-%m-%d %H:%M:%S} UTC", one.decision, one.detail]
                for one in traces
                if one.channel == delivery.channel
            ]
            shown["decisions"] = {"headers": ["When", "Decision", "Detail"], "rows": rows}
            if delivery.state == NotificationDelivery.State.DEAD_LETTER and request.user.has_perm(RESEND):
                shown["resend_url"] = reverse("admin:notification_resend", args=[delivery.pk])
        return super().changeform_view(request, object_id, form_url, shown | (extra_context or {}))

    def resend(self, request: HttpRequest, idx: int) -> HttpResponse:
        if not request.user.has_perm(RESEND):
            raise PermissionDenied
        delivery = get_object_or_404(NotificationDelivery, pk=idx)
        try:
            delivery_resend(delivery_id=delivery.delivery_id, operator=request.user.get_username())
            messages.success(request, "It is sent again, under the same id.")
        except DeliveryNotDead as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(page_url(NotificationDelivery, "change", idx))


@admin.register(NotificationTrace)
class NotificationTraceAdmin(ShardAdmin):
    """Why somebody did, or did not, get something."""

    list_display = ["decision", "channel", account, "notification_id", excerpt("detail"), "created_at"]
    ordering = ["-idx"]
    search_fields = ["notification_id"]
    search_help_text = "Notification id"
    fields = [("decision", "channel"), account, "notification_id", "detail", "created_at"]
