"""Takes back, on each shard, what its alarms fired on where a corrected bar left the signal without ground.

The scan says which signals (`table_market_signals.change_seq`). A shard follows when its fan-out is past them, so that
each of their rows is there; what was judged stays readable as a revision. Killed anywhere, it is run again.
"""

from functools import partial
from typing import Any

from shards.transactions import in_transaction
from shards.walk import on_each_shard
from signals import procedures, scan
from signals.evaluation import in_batches
from signals.market import procedures as market
from signals.models import MarketProgress, SignalFanout

NAME = "withdrawals"  # progress with the bars' changes
SIGNALS = 1_000


def withdraw_all() -> dict[str, Any]:
    """shard -> history rows taken back or reinstated, or why not."""
    scanned = MarketProgress.objects.using("default").filter(name=scan.NAME).first()
    upto = scanned.change_seq if scanned else 0
    return {str(shard_id): result for shard_id, result in on_each_shard(partial(withdraw, upto), "withdrawal").items()}


def withdraw(upto: int) -> int:
    """Follow the scan up to the bars' change `upto` on the current shard."""
    done = _progress().change_seq
    if done >= upto:
        return 0
    signals = market.market_signals_changed(after_seq=done, upto_seq=upto)
    fanned_out = SignalFanout.objects.first()
    if signals and (fanned_out is None or signals[-1].signal_seq > fanned_out.signal_seq):
        return 0  # the next run: rows of these may be on their way
    changed = 0
    for begin in range(0, len(signals), SIGNALS):
        rows = [
            {"signal_id": signal.signal_id.hex, "is_withdrawn": signal.is_withdrawn}
            for signal in signals[begin : begin + SIGNALS]
        ]
        changed += in_batches(partial(_withdraw_batch, signals=rows))
    _advance(upto)
    return changed


@in_transaction
def _withdraw_batch(**arguments: Any) -> procedures.Evaluated:
    return procedures.signal_history_withdraw(
        signals=arguments["signals"],
        after_account_db_key=arguments["after_account_db_key"],
        limit=arguments["limit"],
    )


@in_transaction
def _progress() -> market.Progress:
    return market.market_progress_lock(name=NAME)


@in_transaction
def _advance(change_seq: int) -> None:
    market.market_progress_advance(name=NAME, change_seq=change_seq, upto_seq=0, symbol="")
