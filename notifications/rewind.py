"""Notifications about replayed signals go when the replay is started again."""

from datetime import date

from notifications import procedures
from notifications.consumers import SIGNAL_ALERT
from shards.transactions import in_transaction
from signals.models import SignalHistory
from signals.replay import REWINDERS

SIGNALS = 1_000

_forget = in_transaction(procedures.inapp_notification_forget)


def delete_alerts(start: date) -> None:
    replayed = SignalHistory.objects.filter(session__gt=start).values_list("account_db_key", "signal_id")
    rows = list(replayed)
    for first in range(0, len(rows), SIGNALS):
        _forget(
            type_id=SIGNAL_ALERT,
            sources=[
                {"account_db_key": account_db_key, "source_id": signal_id.hex}
                for account_db_key, signal_id in rows[first : first + SIGNALS]
            ],
        )


REWINDERS.append(delete_alerts)
