"""The fan-out of one signal to 100,000 alarms of one shard, history, notifications and their counts, beside a bare
INSERT ... SELECT of the same rows into the same tables."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connections, transaction
from rich.table import Table

from notifications.consumers import signal_texts, tell_signal
from shards.outbox.registry import Event
from shards.scope import on_shard
from signals import fanout
from signals.market.procedures import MarketSignalRow
from tests.bench import data
from tests.bench.rounds import interleaved, ratio, table, verdict

ROUNDS, ALARMS = 5, 100_000
SIGNAL = MarketSignalRow(
    UUID(int=7),
    1,
    "bollinger",
    "AAPL",
    20,
    Decimal(2),
    date(2012, 6, 1),
    "BUY",
    Decimal(100),
    1,
    datetime.now(UTC),
    None,
    "",
    {},
)
BARE_HISTORY = """
INSERT INTO table_signal_history (signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window,
       band_k, session, signal_type, signal_price, volume, triggered_at)
SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', HEX(alarm_id), '2012-06-01', 'BUY', 'bollinger'), 256)), 16), UNHEX(%s), alarm_id,
       account_db_key, 'bollinger', symbol, band_window, band_k, '2012-06-01', 'BUY', 100, 1, UTC_TIMESTAMP(6)
  FROM table_signal_alarms WHERE symbol = 'AAPL'
"""
BARE_NOTIFICATIONS = """
INSERT INTO table_inapp_notifications (notification_id, account_db_key, type_id, source_id, title, message, data,
       priority, created_at)
SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', account_db_key, 'SIGNAL_ALERT', HEX(signal_id)), 256)), 16), account_db_key,
       'SIGNAL_ALERT', signal_id, %s, %s, %s, 2,
       UTC_TIMESTAMP(6)
  FROM table_signal_history WHERE market_signal_id = UNHEX(%s)
"""
BARE_STATISTICS = """
INSERT INTO table_inapp_notification_stats (account_db_key, date, total_count, unread_count, priority_2_count)
SELECT account_db_key, UTC_DATE(), 1, 1, 1 FROM table_signal_history WHERE market_signal_id = UNHEX(%s)
"""
BARE_COUNTERS = """
INSERT INTO table_inapp_notification_counters (account_db_key, unread_count)
SELECT account_db_key, 1 FROM table_signal_history WHERE market_signal_id = UNHEX(%s)
"""


def measure() -> Table:
    data.alarms(1, ALARMS)
    with on_shard(1):
        event_data = fanout._event(SIGNAL)["event_data"]
    words = signal_texts(event_data)["ko"]  # a profile's default
    event = Event("shard_1", UUID(int=1), "market", "AAPL", 1, fanout.EVENT, 1, "x", event_data, datetime.now(UTC))

    def ours() -> None:
        _empty()
        with connections["default"].cursor() as cursor:
            cursor.execute("DELETE FROM table_market_signals")
            cursor.execute(
                "INSERT INTO table_market_signals (signal_id, signal_seq, source, symbol, band_window, band_k, session,"
                " signal_type, signal_price, volume, triggered_at, pace)"
                " VALUES (%s, 1, 'bollinger', 'AAPL', 20, 2, '2012-06-01', 'BUY', 100, 1, UTC_TIMESTAMP(6), '{}')",
                [SIGNAL.signal_id.bytes],
            )
        with on_shard(1):
            if fanout.fan_out() != ALARMS:
                raise AssertionError("the fan-out missed alarms")
            tell_signal(event)

    def bare() -> None:
        _empty()
        with connections["shard_1"].cursor() as cursor:
            for statement, arguments in (
                (BARE_HISTORY, [SIGNAL.signal_id.hex]),
                (BARE_NOTIFICATIONS, [*words.values(), json.dumps(event_data), SIGNAL.signal_id.hex]),
                (BARE_STATISTICS, [SIGNAL.signal_id.hex]),
                (BARE_COUNTERS, [SIGNAL.signal_id.hex]),
            ):
                with transaction.atomic(using="shard_1"):
                    cursor.execute(statement, arguments)

    seconds = interleaved({"fan-out and notifications": ours, "bare INSERT ... SELECT": bare}, ROUNDS)
    columns = table(f"One signal to {ALARMS:,} alarms: {4 * ALARMS:,} rows", seconds, 4 * ALARMS, "µs a row")
    rate = ratio(seconds, "bare INSERT ... SELECT", "fan-out and notifications")
    verdict(columns, "rate against the bare one's", rate, 0.6, at_most=False)
    return columns


def _empty() -> None:
    with connections["shard_1"].cursor() as cursor:
        for name in (
            "table_signal_history",
            "table_inapp_notifications",
            "table_inapp_notification_stats",
            "table_inapp_notification_counters",
            "table_notification_stamps",
            "table_signal_fanout",
            "universal_outbox",
            "outbox_sequences",
        ):
            cursor.execute(f"TRUNCATE TABLE {name}")
