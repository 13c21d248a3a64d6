from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from notifications.models import InappNotification, NotificationDelivery, NotificationSettings, NotificationTrace
from notifications.notices import admin as notices  # noqa: F401  # registers itself
from shards.admin.columns import account, content, excerpt, label
from shards.admin.model_admin import ShardAdmin

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


STATES = {
    "pending": "info", "sent": "success", "skipped": "warning", "cancelled": "warning", "expired": "warning",
    "coalesced": "info", "digest": "info", "digested": "info", "dead_letter": "danger",
}  # fmt: skip


@admin.register(NotificationDelivery)
class NotificationDeliveryAdmin(ShardAdmin):
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


@admin.register(NotificationTrace)
class NotificationTraceAdmin(ShardAdmin):
    """Why somebody did, or did not, get something."""

    list_display = ["decision", "channel", account, "notification_id", excerpt("detail"), "created_at"]
    ordering = ["-idx"]
    search_fields = ["notification_id"]
    search_help_text = "Notification id"
    fields = [("decision", "channel"), account, "notification_id", "detail", "created_at"]
