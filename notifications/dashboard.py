"""What notifications shows on the dashboard."""

from typing import Any

from accounts.portfolio.dashboard import Panel, register
from notifications import selectors
from notifications.serializers import NotificationOutput

SHOWN = 5


def _recent_alerts(account_db_key: int) -> list[dict[str, Any]]:
    rows = selectors.notification_all(account_db_key=account_db_key, before=None, limit=SHOWN)
    return [row._asdict() for row in rows]


register("recent_alerts", Panel(_recent_alerts, NotificationOutput(many=True)))
