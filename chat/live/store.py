"""Messages into MySQL with their events, in one transaction; by the writer, and by whoever cannot wait for it."""

from collections.abc import Callable
from itertools import groupby
from typing import Any, NamedTuple

from django.db import Error

from chat import procedures
from chat.procedures import Stored
from config.databases import OVERDUE, RETRIABLE, errno_of, is_lost
from shards.fields import new_public_id
from shards.outbox.procedures import universal_outbox_publish_batch
from shards.procedures import account_residence_require
from shards.transactions import in_accepted_transaction, in_transaction

TAKEN = 1062  # the place in the room
PLACES = 100  # behind a taken one that are tried
# Disk or table full, a lock of its own, killed query, read-only.
UNABLE = RETRIABLE | OVERDUE | frozenset({1021, 1030, 1036, 1114, 1223, 1290, 1317, 1836})


class Outcome(NamedTuple):
    stored: list[Stored]
    refused: dict[str, str]  # message_id as hex digits -> why the database would not have it


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


@in_accepted_transaction
def store_for(*, account_db_key: int, messages: list[dict[str, Any]]) -> list[Stored]:
    """On the account's shard, wherever that is now. Raises AccountUnknown, AccountNotOnShard while it moves."""
    account_residence_require(account_db_key=account_db_key)
    return _store(messages)


def store_each_here(messages: list[dict[str, Any]]) -> Outcome:
    """On the current shard; a message that the database refuses holds up no other. Raises what says that it is away."""
    return _store_each(store_here, messages)


def store_each_for(account_db_key: int, messages: list[dict[str, Any]]) -> Outcome:
    """The same for messages of one account, wherever it lives now."""
    return _store_each(lambda some: store_for(account_db_key=account_db_key, messages=some), messages)


def _store_each(store: Callable[[list[dict[str, Any]]], list[Stored]], messages: list[dict[str, Any]]) -> Outcome:
    try:
        return Outcome(store(messages), {})
    except Error as error:
        _refusal(error)
    outcome = Outcome([], {})
    for message in messages:
        _store_one(store, message, outcome)
    return outcome


def _store_one(
    store: Callable[[list[dict[str, Any]]], list[Stored]], message: dict[str, Any], outcome: Outcome
) -> None:
    """A place that is taken already, by a message that went past Redis in the same microsecond, is moved by one."""
    for further in range(PLACES):
        try:
            outcome.stored.extend(store([message | {"sequence_no": message["sequence_no"] + further}]))
        except Error as error:
            outcome.refused[message["message_id"]] = _refusal(error)
            if errno_of(error) != TAKEN:
                return
        else:
            outcome.refused.pop(message["message_id"], None)
            return


def is_away(error: Error) -> bool:
    """Whether the database cannot work now, whatever it is asked, and the same may succeed later."""
    return is_lost(error) or errno_of(error) in UNABLE


def _refusal(error: Error) -> str:
    """Without the server's text, which quotes what it was given; raises the error when the server is away."""
    if is_away(error):
        raise error
    return f"database error {errno_of(error)}"
