"""What chat tells of a shard."""

from shards.statistics import counts

counts(chat_rooms="COUNT(*)", chat_messages="SUM(message_count)")("table_chat_rooms WHERE is_active = TRUE")
