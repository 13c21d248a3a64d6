"""The tables of chat and how long their rows stay."""

from shards.retention import stays

stays("the user's own; goes with the account", "table_chat_rooms", "table_chat_messages", "table_chat_statistics")
stays("what tokens were spent on: the days' sums come from it", "table_chat_tokens")
stays("waits for an operator", "table_chat_parked", "table_chat_drift")
stays("who read what of whom", "table_chat_transcript_reads")
stays("one row a version of a persona", "table_chat_personas")
