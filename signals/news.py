"""What the start page tells of signals."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from shards.admin.columns import page_url
from shards.admin.news import ENOUGH, Item, bounded, tells
from shards.walk import on_each_shard
from signals.models import MarketSignal, SignalHistory

TOO_FEW = 30  # judgements: a rate of fewer says nothing


@tells
def _signals(since: datetime) -> Iterable[Item]:
    newest = MarketSignal.objects.order_by("-signal_seq").values_list("triggered_at", flat=True)[:ENOUGH]
    yield Item(gettext("Signals"), bounded(sum(at >= since for at in newest)), page_url(MarketSignal, "changelist"))


@tells
def _win_rate(since: datetime) -> Iterable[Item]:
    """Of what was judged since, at most the `ENOUGH` latest judgements of each shard; a shard that is down is named."""

    def judged() -> list[bool]:
        rows = SignalHistory.objects.filter(evaluated_at__gte=since).order_by("-evaluated_at")
        return [bool(is_win) for is_win in rows.values_list("is_win", flat=True)[:ENOUGH]]

    found = on_each_shard(judged, "news")
    wins = [is_win for rows in found.values() if isinstance(rows, list) for is_win in rows]
    missing = [f"shard {shard_id}" for shard_id, rows in found.items() if isinstance(rows, str)]
    what = gettext("Win rate of %(judged)s judged") % {"judged": len(wins)}
    if missing:
        what += gettext(", without %(shards)s") % {"shards": ", ".join(missing)}
    too_few = gettext("under %(number)s") % {"number": TOO_FEW}
    figure = f"{100 * sum(wins) / len(wins):.1f} %" if len(wins) >= TOO_FEW else too_few
    yield Item(what, figure, page_url(SignalHistory, "changelist"))
