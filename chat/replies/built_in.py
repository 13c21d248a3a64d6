"""The persona that needs no model: it looks up what the question names and says what it found, in plain sentences.

It says of itself that it is no language model. Its questions to the tools are a model's tool calls, so that everything
around it is the same as for a server's.
"""

import re
from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any

import orjson

from chat.budget.tokens import estimate
from chat.replies.port import Finished, Part, Prompt, Text, ToolCall, Usage

LABEL = "(Built-in guide, from your own data; no language model.)"
SYMBOL = re.compile(r"\b[A-Z]{1,6}(?:\.[A-Z])?\b")
NAMED = 5  # holdings
NO_SYMBOLS = {"I", "A", "AI", "OK", "USD", "KRW", "BUY", "SELL"}
TOPICS = {
    "regime": re.compile(r"kalman|regime|trend|momentum|volatil|칼만|추세|변동성", re.IGNORECASE),
    "statistics": re.compile(r"statistic|win.?rate|overall|how many|통계|승률|몇", re.IGNORECASE),
    "portfolio": re.compile(
        r"portfolio|holding|position|balance|\bcash\b|\bworth\b|포트폴리오|보유|잔고|자산", re.IGNORECASE
    ),
    "alarms": re.compile(r"alarm|alert|watch|알람|알림", re.IGNORECASE),
    "signals": re.compile(r"signal|alarm|how did|perform|result|buy|sell|신호|시그널|성과|어땠|어때", re.IGNORECASE),
}


class BuiltIn:
    async def answer(self, prompt: Prompt) -> AsyncGenerator[Part, None]:
        question = next((turn.content for turn in reversed(prompt.turns) if turn.role == "user"), "")
        symbol = next((word for word in SYMBOL.findall(question) if word not in NO_SYMBOLS), None)
        results = {turn.call_id: orjson.loads(turn.content) for turn in prompt.turns if turn.role == "tool"}
        allowed = [tool["function"]["name"] for tool in prompt.tools]
        if not results:
            wanted = [name for name in _wanted(question, symbol) if name in allowed]
            if wanted:
                arguments = orjson.dumps({"symbol": symbol} if symbol else {}).decode()
                for name in wanted:
                    yield ToolCall(name, name, arguments)
                yield Finished("tool_calls")
                return
        text = " ".join([*_sentences(symbol, results), LABEL])
        for word in re.findall(r"\S+\s*", text):
            yield Text(word)
        yield Usage(estimate(question), estimate(text))
        yield Finished("stop")


def _wanted(question: str, symbol: str | None) -> list[str]:
    wanted = [name for name, pattern in TOPICS.items() if pattern.search(question)]
    if not wanted:
        wanted = ["signals", "alarms"] if symbol else ["statistics"]
    return [name for name in wanted if name != "regime" or symbol]


def _sentences(symbol: str | None, results: dict[str, Any]) -> list[str]:
    said: list[str] = []
    for name, found in results.items():
        said += _SAYERS[name](symbol, found)
    return said or [
        "Ask me about your alarms, your latest signals, your statistics, your portfolio, or the trend of a symbol."
    ]


def _say_alarms(symbol: str | None, found: Any) -> list[str]:
    what = f" on {symbol}" if symbol else ""
    if not found:
        return [f"You have no alarm{what}."]
    listed = ", ".join(
        f"{row['symbol']} (window {row['window']}, k {Decimal(row['k']).normalize():f})" for row in found
    )
    return [f"Your alarms{what}: {listed}."]


def _say_signals(symbol: str | None, found: Any) -> list[str]:
    what = f"{symbol} " if symbol else ""
    if not found:
        return [f"You have no {what}signal yet."]
    judged = [row for row in found if row["is_win"] is not None]
    wins = sum(row["is_win"] for row in judged)
    said = [f"Your {what}alarms gave {len(found)} signals lately; {wins} of {len(judged)} judged ones were wins."]
    if judged:
        average = sum(Decimal(row["profit_rate"]) for row in judged) / len(judged)
        said.append(f"On average they made {average:+.3f} % by the next session's close.")
    latest = found[0]
    outcome = (
        "it is not judged yet"
        if latest["is_win"] is None
        else f"a session later it stood at {latest['price_after_1d']}, {Decimal(latest['profit_rate']):+.3f} %"
    )
    said.append(
        f"The latest: {latest['symbol']} {latest['signal_type']} on {latest['session']} at {latest['signal_price']};"
        f" {outcome}."
    )
    return said


def _say_statistics(symbol: str | None, found: Any) -> list[str]:
    rate = f"{Decimal(found['win_rate']):.2f} %" if found["win_rate"] is not None else "not known yet"
    judged, wins = found["evaluated_signals"], found["win_signals"]
    return [
        f"You have {found['active_alarms']} active alarms.",
        f"Of {found['total_signals']} signals, {judged} are judged and {wins} were wins: your win rate is {rate}.",
    ]


def _say_portfolio(symbol: str | None, found: Any) -> list[str]:
    if "error" in found:
        return [f"I cannot say: {found['error']}"]
    currency, held = found["currency_code"], found["holdings"]
    total, cash, stock = (_money(found[name]) for name in ("total_value", "cash_balance", "stock_value"))
    count = found["holdings_count"]
    said = [f"Your portfolio is worth {total} {currency}: {cash} in cash and {stock} in {count} holdings."]
    for row in held[:NAMED]:
        rate = "" if row["return_rate"] is None else f", {Decimal(row['return_rate']):+.3f} % on what they cost"
        quantity = Decimal(row["quantity"]).normalize()
        said.append(f"{row['symbol']}: {quantity:f} shares worth {_money(row['market_value'])} {currency}{rate}.")
    return said if held or not symbol else [*said, f"You hold no {symbol}."]


def _money(amount: str) -> str:
    return f"{Decimal(amount):,.2f}"


def _say_regime(symbol: str | None, found: Any) -> list[str]:
    if "error" in found:
        return [f"I cannot say: {found['error']}."]
    figures = f"trend {found['trend']:.4f}, momentum {found['momentum']:.4f}, volatility {found['volatility']:.4f}"
    return [f"The Kalman filter of {symbol} stands at {figures} after {found['step_count']} steps."]


_SAYERS = {
    "alarms": _say_alarms, "signals": _say_signals, "statistics": _say_statistics, "portfolio": _say_portfolio,
    "regime": _say_regime,
}  # fmt: skip
