from django.contrib import admin
from unfold.decorators import display

from notifications.models import InappNotification, NotificationSettings
from shards.admin.columns import account, content
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
    fields = ["account_db_key", account, *SWITCHES, "version", "language"]
