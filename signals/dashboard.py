"""What signals shows on the dashboard."""

from typing import Any

from accounts.portfolio.dashboard import Panel, register
from signals import selectors
from signals.serializers import StatisticsOutput


def _score_card(account_db_key: int) -> dict[str, Any]:
    return selectors.statistics(account_db_key=account_db_key)


register("signal_score_card", Panel(_score_card, StatisticsOutput()))
