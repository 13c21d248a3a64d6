"""Takes the market's signals to one shard's alarms: a history row for each alarm, and one event for each signal.

A batch is one transaction: several signals that concern at most `ACCOUNTS` alarms together, or the next `ACCOUNTS`
accounts of one signal that concerns more. It locks the shard's progress row, writes the batch and moves the progress;
the last batch of a signal also publishes its event. Killed anywhere, the next run goes on at the last committed batch;
two runs at once take turns.
"""

import hashlib
from typing import Any

from config.databases import shard_id_of
from shards.outbox.procedures import universal_outbox_publish_batch
from shards.outbox.registry import domain_of
from shards.points import reach
from shards.scope import current_alias
from shards.transactions import in_transaction
from shards.walk import on_each_shard
from signals import procedures
from signals.market import procedures as market
from signals.models import SignalHistory

SIGNALS = 1_000
ACCOUNTS = 5_000
EVENT = "signal.detected"


def fan_out_all() -> dict[str, Any]:
    """shard -> history rows written, or why not; a shard that is down gets its signals when it is back."""
    return {str(shard_id): result for shard_id, result in on_each_shard(fan_out, "fan-out").items()}


def fan_out() -> int:
    """Fan out all that waits for the current shard; returns the number of history rows written."""
    written = 0
    while (inserted := _batch()) is not None:
        written += inserted
        reach("fanout.committed")
    return written


@in_transaction
def _batch() -> int | None:
    """The next batch; None when nothing waits."""
    progress = procedures.signal_fanout_lock()
    signals = market.market_signals_after(signal_seq=progress.signal_seq, upto_seq=progress.upto_seq, limit=SIGNALS)
    if not signals:
        return None
    if not progress.upto_seq:
        signals = _together(signals)
    last = signals[-1].signal_seq
    batch = _insert(signals, progress.account_db_key)
    reach("fanout.batch")
    if batch.upto_account_db_key is not None:
        procedures.signal_fanout_advance(
            signal_seq=progress.signal_seq, upto_seq=last, account_db_key=batch.upto_account_db_key
        )
        return batch.inserted
    _publish(signals)
    reach("fanout.published")
    procedures.signal_fanout_advance(signal_seq=last, upto_seq=0, account_db_key=0)
    return batch.inserted


def _together(signals: list[market.MarketSignalRow]) -> list[market.MarketSignalRow]:
    """As many of the next signals as concern at most `ACCOUNTS` alarms together; at least one.

    An alarm with a cooldown or a hysteresis has to see one signal after the other: where there is one, the batch ends
    before its symbol comes again.
    """
    counts = procedures.signal_alarms_count(signals=[_plain(signal) for signal in signals])
    total, fitting = 0, 0
    paced: set[str] = set()
    for signal, count in zip(signals, counts, strict=True):
        total += count.alarms
        if total > ACCOUNTS or signal.symbol in paced:
            break
        if count.is_paced:
            paced.add(signal.symbol)
        fitting += 1
    return signals[: max(fitting, 1)]


def _insert(signals: list[market.MarketSignalRow], after_account_db_key: int) -> procedures.Inserted:
    if len(signals) > 1:
        return procedures.signal_history_insert_batch(signals=[_plain(signal) for signal in signals])
    signal = signals[0]._asdict()
    del signal["signal_seq"]
    insert = procedures.signal_history_insert if signal["band_window"] else procedures.signal_history_insert_by_symbol
    return insert(**signal, after_account_db_key=after_account_db_key, limit=ACCOUNTS)


def _publish(signals: list[market.MarketSignalRow]) -> None:
    """One event for each signal that reached an alarm of this shard, in the signals' order."""
    reached = set(
        SignalHistory.objects.filter(market_signal_id__in=[signal.signal_id for signal in signals])
        .values_list("market_signal_id", flat=True)
        .distinct()
    )
    events = [_event(signal) for signal in signals if signal.signal_id in reached]
    if events:
        universal_outbox_publish_batch(events=events)


def _event(signal: market.MarketSignalRow) -> dict[str, Any]:
    shard_id = shard_id_of(current_alias())
    key = f"{EVENT}|{shard_id}|{signal.signal_id.hex}|{signal.signal_seq}"
    return {
        "event_id": hashlib.sha256(key.encode()).hexdigest()[:32],
        "domain": domain_of(EVENT),
        "partition_key": signal.symbol,
        "event_type": EVENT,
        "aggregate_id": signal.signal_id.hex,
        "event_data": {
            "market_signal_id": str(signal.signal_id),
            "source": signal.source,
            "symbol": signal.symbol,
            "band_window": signal.band_window,
            "band_k": str(signal.band_k),
            "session": str(signal.session),
            "signal_type": signal.signal_type,
            "signal_price": str(signal.signal_price),
        },
    }


def _plain(signal: market.MarketSignalRow) -> dict[str, Any]:
    """As JSON_TABLE reads it."""
    return signal._asdict() | {
        "signal_id": signal.signal_id.hex,
        "triggered_at": signal.triggered_at.strftime("%Y-%m-%d %H:%M:%S.%f"),
    }
