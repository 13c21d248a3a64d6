"""Signals of the Model Server, an external system: polled page by page, or pushed to `POST signals/ingest`.

One is recorded once for its symbol, session and side, and takes the same fan-out as the scan's own; it concerns every
alarm of its symbol. Its price is the stored close of its session: a signal whose bar is not there yet is asked for
again, one about an unknown symbol, no session or the future is refused, alone.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import structlog
from django.conf import settings

from shards.transactions import in_global_transaction
from signals.detection import LONGEST_COOLDOWN, Pace, pace_fields
from signals.market import procedures as market
from signals.market.http import Peer, PeerUnavailable
from signals.market.series import Series, series_of
from signals.market.watch import record
from signals.models import MarketSignal, MarketSymbol
from signals.models.market import SIDES
from signals.scan import signal_id_of

log = structlog.get_logger(__name__)

SOURCE = "model_server"
PAGE = 1_000  # signals in one answer or one request
PAGES = 100  # at most in one run, in case the server never ends
NO_BAND = 0

ACCEPTED, DUPLICATE, SYMBOL_UNKNOWN, NO_SESSION, IN_FUTURE, NOT_CLOSED = (
    "accepted", "duplicate", "symbol_unknown", "no_session", "in_future", "not_closed",
)  # fmt: skip
STATUSES = (ACCEPTED, DUPLICATE, SYMBOL_UNKNOWN, NO_SESSION, IN_FUTURE, NOT_CLOSED)


class ModelSignal(NamedTuple):
    symbol: str
    session: date
    side: str
    confidence: Decimal  # 0 to 1
    model_version: str

    @property
    def signal_id(self) -> str:
        return signal_id_of(SOURCE, self.symbol, NO_BAND, NO_BAND, self.session, self.side)


def ingest(signals: Sequence[ModelSignal]) -> list[str]:
    """Record what is new; one of STATUSES for each. Safe to repeat."""
    today = datetime.now(UTC).date()
    known = set(
        MarketSymbol.objects.filter(symbol__in={signal.symbol for signal in signals}).values_list("symbol", flat=True)
    )
    first: dict[str, date] = {}
    for signal in signals:
        if signal.symbol in known and signal.session <= today + timedelta(days=1):
            first[signal.symbol] = min(signal.session, first.get(signal.symbol, signal.session))
    series = series_of(first, lookback=LONGEST_COOLDOWN)
    there = {
        signal_id.hex
        for signal_id in MarketSignal.objects.filter(
            signal_id__in={signal.signal_id for signal in signals}
        ).values_list("signal_id", flat=True)
    }
    statuses, rows = [], {}
    for signal in signals:
        status = _status(signal, series.get(signal.symbol), known, today)
        if status == ACCEPTED and (signal.signal_id in there or signal.signal_id in rows):
            status = DUPLICATE
        if status == ACCEPTED:
            rows[signal.signal_id] = _row(signal, series[signal.symbol])
        statuses.append(status)
    if rows:
        _record(signals=list(rows.values()), scans=[])
    return statuses


def poll() -> dict[str, int] | str:
    """Take what the Model Server has; status -> how many, or what failed. Nothing to do without MODEL_SERVER_URL."""
    if not settings.MODEL_SERVER_URL:
        return {}
    peer = Peer(SOURCE, settings.MODEL_SERVER_URL, settings.MODEL_SERVER_TOKEN)
    counts: dict[str, int] = {}
    try:
        for _ in range(PAGES):
            if not _page(peer, counts):
                break
    except PeerUnavailable as error:
        log.warning("model_server_failed", error=str(error))
        record(source=SOURCE, error=str(error), cursor=None)
        return str(error)
    return counts


def _page(peer: Peer, counts: dict[str, int]) -> bool:
    """One page, recorded before its cursor is; whether there is another one."""
    cursor = next((row.position for row in market.market_feeds_get() if row.source == SOURCE), "")
    answer = peer.get("/signals", {"after": cursor, "limit": PAGE}) or {}
    items, following = answer.get("signals"), answer.get("next")
    if not isinstance(items, list) or not isinstance(following, str | None) or len(following or "") > 200:
        raise PeerUnavailable(f"{SOURCE}: the answer has no signals")
    signals = [signal for item in items[:PAGE] if (signal := _parsed(item)) is not None]
    statuses = ingest(signals)
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    if malformed := len(items) - len(signals):
        counts["malformed"] = counts.get("malformed", 0) + malformed
    waits = NOT_CLOSED in statuses  # its bar will come: this page is asked for again
    moves = bool(following) and following != cursor and not waits
    record(source=SOURCE, error="", cursor=following if moves else None)
    return moves


def _parsed(item: Any) -> ModelSignal | None:
    """None for what is no signal: one bad item must not hold up the others."""
    try:
        signal = ModelSignal(
            str(item["symbol"]),
            date.fromisoformat(item["session"]),
            str(item["side"]),
            Decimal(str(item["confidence"])),
            str(item["model_version"]),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None
    sound = (
        signal.side in SIDES
        and signal.confidence.is_finite()
        and 0 <= signal.confidence <= 1
        and 0 < len(signal.symbol) <= 50
        and len(signal.model_version) <= 50
        and (signal.symbol + signal.model_version).isprintable()
    )
    return signal if sound else None


def _status(signal: ModelSignal, bars: Series | None, known: set[str], today: date) -> str:
    if signal.symbol not in known:
        return SYMBOL_UNKNOWN
    if signal.session > today + timedelta(days=1):  # it is tomorrow already in Seoul
        return IN_FUTURE
    if bars is None or signal.session > bars.sessions[-1]:
        return NOT_CLOSED
    return ACCEPTED if signal.session in bars.sessions else NO_SESSION


def _row(signal: ModelSignal, bars: Series) -> dict[str, Any]:
    place = bars.sessions.index(signal.session)
    before = bars.sessions[max(place - LONGEST_COOLDOWN, 0) : place][::-1]
    return {
        "signal_id": signal.signal_id,
        "source": SOURCE,
        "symbol": signal.symbol,
        "band_window": NO_BAND,
        "band_k": "0",
        "session": signal.session,
        "signal_type": signal.side,
        "signal_price": str(bars.closes[place]),
        "volume": bars.volumes[place],
        "confidence": str(signal.confidence),
        "model_version": signal.model_version,
        "pace": pace_fields(Pace(before, {})),
    }


_record = in_global_transaction(market.market_signals_record)
