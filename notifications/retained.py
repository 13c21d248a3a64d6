"""The tables of notifications and how long their rows stay."""

from shards.retention import IN_SQL, keeps, stays

# 90 days after they are gone: no preference, but how late their event may come again without making a second one.
IN_SQL["table_inapp_notifications"] = "fp_inapp_notification_leave"
keeps("table_notification_deliveries", 90, "what was sent to whom, and by which provider")
keeps("table_notification_traces", 90, "why something was sent or was not")
keeps("table_notification_stamps", 90, "so late may a creation of many rows be repeated")
keeps("table_notification_budgets", 7, "only today's is asked for")
stays("one row an account", "table_inapp_notification_counters", "table_notification_settings")
stays("one row an account and type, day or address; goes with the account", "table_notification_preferences")
stays("the user's own; goes with the account", "table_inapp_notification_stats", "table_notification_webhooks")
stays("the user's own; goes with the account", "table_price_alarms")
stays("what operators told everybody", "table_notices", "table_notice_progress")
