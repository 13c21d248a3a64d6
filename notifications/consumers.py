"""What notifications does when it hears of events."""

from typing import Any
from uuid import UUID

from notifications import procedures
from notifications.types import TYPES, texts
from shards.outbox.registry import Event, consumes
from shards.points import reach
from shards.transactions import in_transaction

SIGNAL_ALERT = "SIGNAL_ALERT"
ACCOUNTS_PER_BATCH = 5_000
BANDS = {"BUY": {"en": "below the lower", "ko": "하단 이탈"}, "SELL": {"en": "above the upper", "ko": "상단 돌파"}}

_create = in_transaction(procedures.inapp_notification_create_from_signal)


@consumes("notifications", "signal.detected")
def tell_signal(event: Event) -> None:
    """A notification for each account on this shard that the signal reached, in batches; safe to repeat or cut off."""
    data = event.event_data
    words = signal_texts(data)
    after: int | None = 0
    while after is not None:
        after = _create(
            market_signal_id=UUID(data["market_signal_id"]),
            type_id=SIGNAL_ALERT,
            texts=words,
            data=data,
            priority=TYPES[SIGNAL_ALERT].priority,
            after_account_db_key=after,
            limit=ACCOUNTS_PER_BATCH,
        ).upto_account_db_key
        reach("notify.batch")


def signal_texts(data: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Language -> title and message of a `signal.detected`."""
    return {
        language: texts(SIGNAL_ALERT, data | {"band": band})[language]._asdict()
        for language, band in BANDS[data["signal_type"]].items()
    }
