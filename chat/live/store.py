"""Messages into MySQL with their events, in one transaction; by the writer, and by whoever cannot wait for it."""

from itertools import groupby
from typing import Any

from chat import procedures
from chat.procedures import Stored
from shards.fields import new_public_id
from shards.outbox.procedures import universal_outbox_publish_batch
from shards.transactions import in_account_transaction, in_transaction


def _store(messages: list[dict[str, Any]]) -> list[Stored]:
    stored = procedures.chat_message_insert(messages=messages)
    types = {message["message_id"]: message["message_type"] for message in messages}
    events = [
        {
            "event_id": new_public_id().hex,
            "domain": "chat",
            "partition_key": str(room_id),
            "event_type": "chat.messages_stored",
            "schema_version": 1,
            "aggregate_id": str(room_id),
            "event_data": {
                "room_id": room_id,
                "account_db_key": account_db_key,
                "messages": [
                    {
                        "message_id": row.message_id,
                        "sequence_no": row.sequence_no,
                        "message_type": types[row.message_id.hex],
                    }
                    for row in rows
                ],
            },
        }
        for (room_id, account_db_key), rows in groupby(
            (row for row in stored if row.is_new), key=lambda row: (row.room_id, row.account_db_key)
        )
    ]
    if events:
        universal_outbox_publish_batch(events=events)
    return stored


store_here = in_transaction(_store)


@in_account_transaction
def store_for(*, account_db_key: int, messages: list[dict[str, Any]]) -> list[Stored]:
    """On the account's shard, wherever that is now."""
    return _store(messages)
