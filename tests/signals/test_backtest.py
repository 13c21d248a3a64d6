"""manage.py backtest: the live scan's own code over stored bars."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from accounts.procedures import SignedUp
from signals import backtest, detection, evaluation, fanout, scan, selectors, services
from signals.backtest import Strategy, looks_ahead, preview, run
from signals.bollinger import bollinger_bands
from signals.market import feed as market_feed
from signals.market.series import series_of
from tests.signals.conftest import Feed

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def sample() -> None:
    market_feed.load_symbols()
    market_feed.load_bars(after=date(2003, 6, 1), until=date(2006, 1, 3))


@pytest.mark.usefixtures("sample")
def test_it_finds_and_judges_what_the_live_jobs_do(make_account: Callable[..., SignedUp]) -> None:
    """Over AAPL's split of 2005-02-28."""
    key = make_account(shard=1).account_db_key
    market_feed.load_bars(after=None, until=date(2003, 6, 1))
    alarm = services.alarm_create(account_db_key=key, symbol="AAPL")
    from shards.scope import on_shard
    from signals.models import SignalAlarm

    with on_shard(1):
        SignalAlarm.objects.filter(pk=alarm.alarm_id).update(since_session=date(2003, 12, 31))
    scan.scan()
    fanout.fan_out_all()
    evaluation.evaluate_all()
    history = selectors.history_list(account_db_key=key, symbol=None, alarm_id=None, before=None, limit=200)[::-1]
    series = series_of({"AAPL": date(2003, 12, 31)}, lookback=40)["AAPL"]
    outcomes = run("AAPL", series, date(2003, 12, 31), date.max, Strategy())
    assert len(history) > 30
    assert [
        (outcome.found.session, outcome.found.side, outcome.price, outcome.price_after_1d, outcome.profit_rate)
        for outcome in outcomes
    ] == [(row.session, row.signal_type, row.signal_price, row.price_after_1d, row.profit_rate) for row in history]


@pytest.mark.usefixtures("sample")
def test_the_command_prints_the_score_card_and_finds_each_signal_again() -> None:
    out = StringIO()
    call_command("backtest", "--symbol", "AAPL", "--from", "2004-01-02", "--to", "2005-12-30", stdout=out)
    text = out.getvalue()
    series = series_of({"AAPL": date(2004, 1, 1)}, lookback=40)["AAPL"]
    outcomes = run("AAPL", series, date(2004, 1, 1), date(2005, 12, 30), Strategy())
    rates = [outcome.profit_rate for outcome in outcomes if outcome.profit_rate is not None]
    lines = {line.split("│")[1].strip(): line.split("│")[2].strip() for line in text.splitlines() if "│" in line}
    assert lines["signals"] == str(len(outcomes))
    assert lines["wins (at least 1 % right)"] == str(sum(rate >= 1 for rate in rates))
    assert lines["found differently on truncated data"] == "0"
    assert lines["win rate, %"] == f"{100 * sum(rate >= 1 for rate in rates) / len(rates):.2f}"


@pytest.mark.usefixtures("sample")
def test_a_previews_count_is_the_backtests() -> None:
    for strategy in (Strategy(), Strategy(10, 1.5), Strategy(20, 1.5, "SELL", 5, 25)):  # type: ignore[arg-type]
        found = preview("AAPL", date(2006, 1, 3), strategy)
        series = series_of({"AAPL": date(2003, 12, 31)}, lookback=100)["AAPL"]
        after = series.sessions[-backtest.A_YEAR] - timedelta(days=1)
        outcomes = run("AAPL", series, after, date(2006, 1, 3), strategy)
        assert (found.sessions, found.signals) == (252, len(outcomes))
        assert found.signals > 0


def test_a_detector_that_looks_ahead_is_caught(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands that see the next close, as a repainting indicator does."""
    closes = (100 * np.exp(np.cumsum(np.random.default_rng(6).normal(0, 0.02, 200)))).round(2).tolist()
    sessions = feed(closes)
    series = series_of({"TEST": sessions[30]}, lookback=40)["TEST"]
    strategy = Strategy(10, 1.2)  # type: ignore[arg-type]
    honest = run("TEST", series, sessions[30], date.max, strategy)
    assert set(looks_ahead("TEST", series, honest, strategy)) == {None}

    plain = bollinger_bands

    def repainting(values: np.ndarray, window: int, k: float) -> object:
        ahead = np.concatenate([values[:, 1:], values[:, -1:]], axis=1)
        return plain((values + ahead) / 2, window, k)

    monkeypatch.setattr(detection, "bollinger_bands", repainting)
    cheating = run("TEST", series, sessions[30], date.max, strategy)
    assert any(looks_ahead("TEST", series, cheating, strategy))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--symbol", "NOPE"], "the market has no NOPE"), (["--window", "5", "--k", "2"], "can never fire")],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("backtest", *arguments)
