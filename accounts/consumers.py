"""What accounts does when it hears of events."""

from shards.outbox.registry import Event, consumes
from shards.transactions import provision


@consumes("accounts", "account.created")
def make_residence(event: Event) -> None:
    """Make the account's row on its shard; a shard that is down keeps this event waiting, and no other account's."""
    provision(event.event_data["account_db_key"])
