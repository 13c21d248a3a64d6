"""The tables of notifications and how long their rows stay."""

from shards.retention import IN_SQL, stays

IN_SQL.update(
    {
        "table_inapp_notifications": "fp_inapp_notification_sweep",  # 90 days after they are gone
        "table_notification_deliveries": "fp_notification_delivery_sweep",
        "table_notification_traces": "fp_notification_delivery_sweep",
        "table_notification_stamps": "fp_notification_delivery_sweep",
        "table_notification_budgets": "fp_notification_delivery_sweep",
    }
)
stays("one row an account", "table_inapp_notification_counters", "table_notification_settings")
stays("one row an account and type, day or address; goes with the account", "table_notification_preferences")
stays("the user's own; goes with the account", "table_inapp_notification_stats", "table_notification_webhooks")
stays("the user's own; goes with the account", "table_price_alarms")
stays("what operators told everybody", "table_notices", "table_notice_progress")
