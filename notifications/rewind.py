"""Notifications about replayed signals and prices go when the replay is started again."""

from datetime import date

from notifications import procedures
from notifications.consumers import SIGNAL_ALERT
from notifications.models import PriceAlarm
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


def let_prices_wait(start: date) -> None:
    """Price alarms that the replay has reached wait again, and those of it begin with it."""
    reached = PriceAlarm.objects.filter(reached_on__gt=start).values_list("account_db_key", "price_alarm_id")
    sources = [{"account_db_key": key, "source_id": price_alarm_id.hex} for key, price_alarm_id in reached]
    for first in range(0, len(sources), SIGNALS):
        _forget(type_id="PRICE_ALERT", sources=sources[first : first + SIGNALS])
    PriceAlarm.objects.filter(reached_on__gt=start).update(reached_on=None, reached_price=None)
    PriceAlarm.objects.filter(since_session__gt=start).update(since_session=start)


REWINDERS.extend([delete_alerts, let_prices_wait])
