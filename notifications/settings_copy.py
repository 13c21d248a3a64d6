"""Each shard's copy of notification settings, for set-based SQL that decides whom to tell.

A change comes as an event; what got lost on the way is found by `copy_missing`, which compares both sides. The newer
version wins in both, so they may meet in any order. A row that is not there means the defaults.
"""

from typing import Any

from accounts.profiles import procedures as profiles
from notifications import procedures
from shards import placement
from shards.exceptions import AccountNotOnShard
from shards.outbox.registry import Event, consumes
from shards.placement import on_account
from shards.scope import current_alias
from shards.transactions import in_transaction, provision
from shards.walk import on_each_shard

AT_ONCE = 1_000

_put = in_transaction(procedures.notification_settings_put)


@consumes("notification_settings", "account.notification_settings_changed")
def copy_settings(event: Event) -> None:
    """Idempotent: an older version changes nothing."""
    account_db_key = event.event_data["account_db_key"]
    provision(account_db_key)  # a copy may come before the account's first write
    with on_account(account_db_key):
        copied = _put(settings=[event.event_data])
    if not copied.held:
        placement.forget(account_db_key)
        raise AccountNotOnShard  # the event comes again


def copy_missing() -> dict[str, Any]:
    """shard id -> how many copies were behind, or why it was skipped. Safe to repeat or cut off."""
    return {str(shard_id): found for shard_id, found in on_each_shard(_copy_missing_here, "settings_copy").items()}


def _copy_missing_here() -> int:
    shard_id = int(current_alias().removeprefix("shard_"))
    after, behind = 0, 0
    while rows := profiles.notification_settings_of_shard(shard_id=shard_id, after_account_db_key=after, limit=AT_ONCE):
        behind += _put(settings=[row._asdict() for row in rows]).behind
        after = rows[-1].account_db_key
    return behind
