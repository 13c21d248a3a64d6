"""What `manage.py import_legacy` makes of alarms, of their signals, and of Kalman steps.

Judgements are worked out anew from both prices, signed by the signal's direction, which the earlier platform left out.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db.models import Model

from shards.legacy.cells import Refused, Row, made_id
from shards.legacy.tables import Legacy, Made, Walk, imports
from shards.scope import Scope
from signals.models import KalmanHistory, SignalAlarm, SignalHistory
from signals.models.market import SIDES

WINDOW, K = 20, Decimal(2)  # the default here: a band of five closes, as there, can never be left by two sigmas
WIN = Decimal(1)  # percent
MICRO = Decimal("0.000001")
STATE = 5
# Alarms that are not the first live one of their account and symbol, and signals that are not the first of their day.
SECOND_ALARM = (
    "SELECT alarm_id FROM (SELECT alarm_id, ROW_NUMBER() OVER (PARTITION BY account_db_key, symbol COLLATE utf8mb4_bin"
    " ORDER BY created_at, alarm_id) AS place FROM table_signal_alarms WHERE is_deleted = 0) AS t WHERE place > 1"
)
REPEATED = (
    "SELECT signal_id FROM (SELECT signal_id, ROW_NUMBER() OVER (PARTITION BY alarm_id, DATE(triggered_at), signal_type"
    " ORDER BY triggered_at, signal_id) AS place FROM table_signal_history WHERE is_deleted = 0) AS t WHERE place > 1"
)


def alarm(row: Row, walk: Walk) -> list[Model]:
    return [
        SignalAlarm(
            alarm_id=row.uuid("alarm_id"),
            account_db_key=row.owner,
            symbol=row.text("symbol", longest=50),
            company_name=row.maybe("company_name") or "",
            current_price=_price(row, "current_price"),
            exchange=row.maybe("exchange") or "",
            currency=row.maybe("currency") or "USD",
            note=row.maybe("note") or "",
            band_window=WINDOW,
            band_k=K,
            since_session=row.day("created_at"),
            is_active=row.flag("is_active"),
            is_deleted=row.flag("is_deleted"),
            created_at=row.time("created_at"),
            updated_at=row.time("updated_at"),
        )
    ]


def signal(row: Row, walk: Walk) -> list[Model]:
    if row.flag("is_deleted"):
        raise Refused("deleted")
    signal_id = row.uuid("signal_id")
    side, price = row.word("signal_type", SIDES), _price(row, "signal_price")
    return [
        SignalHistory(
            signal_id=signal_id,
            market_signal_id=made_id("market signal", row.text("symbol"), row.day("triggered_at"), side),
            alarm_id=row.uuid("alarm_id"),
            account_db_key=row.owner,
            source="legacy",
            symbol=row.text("symbol", longest=50),
            band_window=WINDOW,
            band_k=K,
            session=row.day("triggered_at"),
            signal_type=side,
            signal_price=price,
            volume=row.count("volume"),
            triggered_at=row.time("triggered_at"),
            **_judgement(row, side, price),
        )
    ]


def _judgement(row: Row, side: str, price: Decimal) -> dict[str, Any]:
    if row.moment("evaluated_at") is None:
        return {}
    after = _price(row, "price_after_1d")
    rate = (after - price) / price * 100 * (1 if side == "BUY" else -1)
    rate = rate.quantize(MICRO, ROUND_HALF_EVEN)
    if abs(rate) >= 10_000:  # the column's width
        raise Refused("profit_rate_impossible")
    return {
        "price_after_1d": after, "profit_rate": rate, "is_win": rate >= WIN, "evaluated_at": row.time("evaluated_at"),
        "horizon": 1,
    }  # fmt: skip


def _price(row: Row, column: str) -> Decimal:
    price = row.decimal(column)
    if price <= 0:
        raise Refused(f"{column}_not_positive")
    return price


def kalman(row: Row, walk: Walk) -> list[Model]:
    state, covariance = row.json("state_vector_x", list), row.json("covariance_matrix_p", list)
    if len(state) != STATE:
        raise Refused("state_vector_x_shape")
    if [len(line) if isinstance(line, list) else 0 for line in covariance] != [STATE] * STATE:
        raise Refused("covariance_matrix_p_shape")
    return [
        KalmanHistory(
            ticker=row.text("ticker", longest=50),
            account_db_key=row.owner,
            timestamp=row.time("timestamp"),
            state_vector_x=state,
            covariance_matrix_p=covariance,
            step_count=row.count("step_count"),
            trading_signal=row.word("trading_signal", ["Long", "Short", "Neutral"]),
            market_data=row.json("market_data", dict),
            performance_metrics=row.json("performance_metrics", dict),
            created_at=row.time("created_at"),
        )
    ]


imports(
    Legacy(
        "table_signal_alarms", Scope.SHARD, 20, ("alarm_id",), alarm,
        {SignalAlarm: Made(("alarm_id",), ("current_price",))}, taken={"alarm_duplicate": SECOND_ALARM},
    )
)  # fmt: skip
imports(
    Legacy(
        "table_signal_history", Scope.SHARD, 30, ("signal_id",), signal,
        {SignalHistory: Made(("signal_id",), ("signal_price", "profit_rate"))}, taken={"signal_repeated": REPEATED},
    )
)  # fmt: skip
imports(
    Legacy(
        "table_kalman_history", Scope.SHARD, 40, ("idx",), kalman,
        {KalmanHistory: Made(("account_db_key", "ticker", "step_count"))},
    )
)  # fmt: skip
