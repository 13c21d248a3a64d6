"""What a persona may look up: the user's own figures, on the user's own shard. No model names the account."""

from collections.abc import Callable
from typing import Any

import orjson

from accounts.portfolio import overview
from config.json import dumps
from config.refusals import Refusal
from shards.exceptions import ShardUnavailable
from signals import selectors
from signals.exceptions import KalmanUnknown

SIGNALS = 100
HOLDINGS = 50  # the largest
LONGEST_SYMBOL = 20

Tool = Callable[[int, str | None], Any]


def alarms(account_db_key: int, symbol: str | None) -> Any:
    """The user's alarms."""
    rows = selectors.alarm_list(account_db_key=account_db_key, before=None, limit=SIGNALS)
    return [
        {
            "symbol": row.symbol,
            "company_name": row.company_name,
            "window": row.band_window,
            "k": row.band_k,
            "is_active": row.is_active,
            "note": row.note,
        }
        for row in rows
        if symbol in (None, row.symbol)
    ]


def signals(account_db_key: int, symbol: str | None) -> Any:
    """The user's latest signals and how each turned out a session later; profit_rate is in percent."""
    rows = selectors.history_list(
        account_db_key=account_db_key, symbol=symbol, alarm_id=None, before=None, limit=SIGNALS
    )
    return [
        {
            "symbol": row.symbol,
            "session": row.session,
            "signal_type": row.signal_type,
            "signal_price": row.signal_price,
            "price_after_1d": row.price_after_1d,
            "profit_rate": row.profit_rate,
            "is_win": row.is_win,
        }
        for row in rows
    ]


def statistics(account_db_key: int, symbol: str | None) -> Any:
    """How the user's signals turned out, all together."""
    return selectors.statistics(account_db_key=account_db_key)


def portfolio(account_db_key: int, symbol: str | None) -> Any:
    """The user's cash and what their holdings are worth at the latest closes; return_rate is in percent of the cost."""
    assets, holdings = overview.current(account_db_key=account_db_key)
    largest = sorted(holdings, key=lambda holding: (-holding.market_value, holding.symbol))
    return assets._asdict() | {
        "holdings_count": len(holdings),
        "holdings": [
            {
                "symbol": holding.symbol,
                "company_name": holding.company_name,
                "quantity": holding.quantity,
                "current_price": holding.current_price,
                "market_value": holding.market_value,
                "unrealized_profit": holding.unrealized_profit,
                "return_rate": holding.return_rate,
            }
            for holding in largest
            if symbol in (None, holding.symbol)
        ][:HOLDINGS],
    }


def regime(account_db_key: int, symbol: str | None) -> Any:
    """What the Kalman filter of a symbol says: trend, momentum, volatility, macro and technical signal."""
    if symbol is None:
        return {"error": "name a symbol"}
    try:
        state = selectors.kalman_get(account_db_key=account_db_key, ticker=symbol)
    except KalmanUnknown:
        return {"error": f"there is no filter for {symbol}"}
    names = ("trend", "momentum", "volatility", "macro_signal", "tech_signal")
    return {"symbol": symbol, "step_count": state.step_count, "as_of": state.timestamp} | dict(
        zip(names, state.x, strict=True)
    )


TOOLS: dict[str, Tool] = {
    "alarms": alarms, "signals": signals, "statistics": statistics, "portfolio": portfolio, "regime": regime,
}  # fmt: skip


def specifications(names: list[str]) -> list[dict[str, Any]]:
    """In OpenAI's form."""
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": TOOLS[name].__doc__,
                "parameters": {
                    "type": "object",
                    "properties": {"symbol": {"type": "string", "description": "A ticker, such as AAPL."}},
                },
            },
        }
        for name in names
        if name in TOOLS
    ]


def run(account_db_key: int, allowed: list[str], name: str, arguments: str) -> str:
    """The tool's answer as JSON; what the model got wrong, and what is refused, is an answer, too."""
    if name not in allowed or name not in TOOLS:
        return '{"error": "there is no such tool"}'
    try:
        given = orjson.loads(arguments or "{}")
        symbol = given.get("symbol") if isinstance(given, dict) else None
    except orjson.JSONDecodeError:
        return '{"error": "the arguments are not JSON"}'
    if symbol is not None:
        symbol = str(symbol).strip().upper()[:LONGEST_SYMBOL] or None
    try:
        return dumps(TOOLS[name](account_db_key, symbol)).decode()
    except ShardUnavailable:
        raise  # asked again when it is back
    except Refusal as refusal:
        return dumps({"error": str(refusal)}).decode()
