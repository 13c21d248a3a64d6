"""What notifications does when it hears of events."""

from uuid import UUID

from notifications import procedures
from shards.outbox.registry import Event, consumes
from shards.points import reach
from shards.transactions import in_transaction

SIGNAL_ALERT = "SIGNAL_ALERT"
SIGNAL_PRIORITY = 2
ACCOUNTS_PER_BATCH = 5_000

_create = in_transaction(procedures.inapp_notification_create_from_signal)


@consumes("notifications", "signal.detected")
def tell_signal(event: Event) -> None:
    """A notification for each account on this shard that the signal reached, in batches; safe to repeat or cut off."""
    data = event.event_data
    side, symbol = data["signal_type"], data["symbol"]
    band = "below the lower" if side == "BUY" else "above the upper"
    after: int | None = 0
    while after is not None:
        after = _create(
            market_signal_id=UUID(data["market_signal_id"]),
            type_id=SIGNAL_ALERT,
            title=f"{symbol}: {side} signal",
            message=f"{symbol} closed at {data['signal_price']} on {data['session']}, {band} Bollinger band.",
            data=data,
            priority=SIGNAL_PRIORITY,
            after_account_db_key=after,
            limit=ACCOUNTS_PER_BATCH,
        ).upto_account_db_key
        reach("notify.batch")
