from argparse import ArgumentParser
from datetime import date, timedelta
from decimal import Decimal
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from signals.backtest import Outcome, Strategy, looks_ahead, run, score
from signals.bollinger import check_parameters
from signals.detection import HYSTERESES, LONGEST_COOLDOWN, lookback
from signals.market.calendars import sessions_between
from signals.market.series import Series, series_of
from signals.models import MarketSymbol

NUMBERS = {
    "win rate, %": "win_rate",
    "95 % interval, low": "win_rate_low",
    "95 % interval, high": "win_rate_high",
    "a random day, %": "base_rate",
    "profit factor": "profit_factor",
    "expectancy, % a signal": "expectancy",
    "expectancy ratio": "expectancy_ratio",
}


class Command(BaseCommand):
    help = (
        "Run the live scan over stored bars and print its score card; every signal is looked for again on data that "
        "end with its session. Example: manage.py backtest --symbol AAPL --from 2005-01-01 --to 2010-12-31"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--symbol", action="append", help="once for each symbol; every one without it")
        parser.add_argument("--from", dest="begin", type=date.fromisoformat, default=date(1000, 1, 2))
        parser.add_argument("--to", dest="until", type=date.fromisoformat, default=date.max)
        parser.add_argument("--window", type=int, default=20)
        parser.add_argument("--k", type=Decimal, default=Decimal(2))
        parser.add_argument("--side", choices=["BOTH", "BUY", "SELL"], default="BOTH")
        parser.add_argument("--cooldown", type=int, choices=range(LONGEST_COOLDOWN + 1), default=0, metavar="SESSIONS")
        parser.add_argument("--hysteresis", type=int, choices=HYSTERESES, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        strategy = Strategy(*(options[name] for name in Strategy._fields))
        try:
            check_parameters(strategy.window, float(strategy.k))
        except ValueError as error:
            raise CommandError(str(error)) from error
        known = dict(MarketSymbol.objects.order_by("symbol").values_list("symbol", "calendar"))
        symbols = options["symbol"] or list(known)
        if unknown := [symbol for symbol in symbols if symbol not in known]:
            raise CommandError(f"the market has no {', '.join(unknown)}")
        console = Console(stderr=True)
        differing = 0
        for symbol in symbols:
            with Progress(console=console, transient=True) as progress:
                outcomes, wrong = _run(progress, symbol, known[symbol], options["begin"], options["until"], strategy)
            differing += wrong
            Console(file=cast(IO[str], self.stdout), width=100).print(_table(symbol, outcomes, wrong))
        if differing:
            raise CommandError(f"{differing} signals are not found on data that end with their session")


def _run(
    progress: Progress, symbol: str, calendar: str, begin: date, until: date, strategy: Strategy
) -> tuple[list[Outcome], int]:
    """The outcomes, and how many of them looked ahead."""
    task = progress.add_task(f"{symbol}: bars", total=None)
    after = begin - timedelta(days=1)
    series = series_of({symbol: after}, lookback=lookback(strategy.window)).get(symbol)
    if series is None:
        return [], 0
    progress.update(task, description=f"{symbol}: signals")
    outcomes = run(symbol, series, after, until, strategy, _following(calendar, series))
    progress.update(task, description=f"{symbol}: look-ahead check", total=len(outcomes))
    wrong = 0
    for found in looks_ahead(symbol, series, outcomes, strategy):
        wrong += found is not None
        progress.advance(task)
    return outcomes, wrong


def _following(calendar: str, series: Series) -> Any:
    first = series.sessions[0]
    return lambda session, following: len(sessions_between(calendar, session, following, first=first)) == 1


def _table(symbol: str, outcomes: list[Outcome], wrong: int) -> Table:
    rates = [outcome.profit_rate for outcome in outcomes if outcome.profit_rate is not None]
    card = score(symbol, outcomes)
    table = Table("", symbol, title=card.headline, title_justify="left")
    for name, count in {
        "signals": len(outcomes),
        "BUY": sum(outcome.found.side == "BUY" for outcome in outcomes),
        "SELL": sum(outcome.found.side == "SELL" for outcome in outcomes),
        "judged": len(rates),
        "wins (at least 1 % right)": sum(rate >= 1 for rate in rates),
        "flat": sum(-1 < rate < 1 for rate in rates),
        "wrong (at least 1 %)": sum(rate <= -1 for rate in rates),
        "found differently on truncated data": wrong,
    }.items():
        table.add_row(name, f"{count:,}")
    table.add_section()
    for name, field in NUMBERS.items():
        value = getattr(card, field)
        table.add_row(name, "-" if value is None else f"{value:.2f}")
    return table
