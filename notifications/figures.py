"""What notifications tells of a shard."""

from shards.statistics import counts

counts(notifications_unread="SUM(unread_count)")("table_inapp_notification_counters")
