"""Notifications about replayed signals go when the replay is started again."""

from datetime import date

from notifications.consumers import SIGNAL_ALERT
from notifications.models import InappNotification
from signals.models import SignalHistory
from signals.replay import REWINDERS


def delete_alerts(start: date) -> None:
    replayed = SignalHistory.objects.filter(session__gt=start).values("signal_id")
    InappNotification.objects.filter(type_id=SIGNAL_ALERT, source_id__in=replayed).delete()


REWINDERS.append(delete_alerts)
