"""Returns and ratios against empyrical's and quantstats' own numbers, and against what a pencil can work out.

`performance_reference.json` holds what those packages (named there) answer for three series of returns; the series
"eight sessions" is the one whose volatility 0.9136465399704637 and Sharpe ratio 1.7238613961706866 empyrical's own
tests publish.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from accounts.portfolio import performance

REFERENCE = json.loads(Path(__file__).with_name("performance_reference.json").read_text())
SERIES = [name for name in REFERENCE if name != "source"]
AGREES = 1e-9


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("package", ["empyrical", "quantstats"])
def test_it_is_what_the_package_says(name: str, package: str) -> None:
    series = REFERENCE[name]
    returns, benchmark = np.array(series["returns"]), np.array(series["benchmark"])
    ours: dict[str, Any] = {
        **performance.measure(returns)._asdict(),
        **performance.compare(returns, benchmark)._asdict(),
    }
    expected = series[package]
    assert {name: ours[name] for name in expected} == pytest.approx(expected, rel=AGREES, abs=AGREES)


def test_the_published_example() -> None:
    returns = np.array([0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1])
    assert performance.volatility(returns) == pytest.approx(0.9136465399704637, abs=AGREES)
    assert performance.sharpe_ratio(returns) == pytest.approx(1.7238613961706866, abs=AGREES)
    assert performance.max_drawdown(returns) == pytest.approx(-0.1, abs=AGREES)


def test_money_paid_in_is_no_gain() -> None:
    """100 becomes 110; 90 more is paid in; 200 becomes 180: ten percent up, ten percent down."""
    returns = performance.returns_of(np.array([100.0, 110.0, 180.0]), np.array([100.0, 0.0, 90.0]))
    assert returns == pytest.approx([0.1, -0.1], abs=1e-15)
    assert performance.total_return(returns) == pytest.approx(-0.01, abs=1e-15)


def test_a_session_that_begins_with_nothing_has_no_return() -> None:
    assert performance.returns_of(np.array([0.0, 0.0, 50.0]), np.array([0.0, 0.0, 50.0])).tolist() == [0, 0]


def test_what_is_not_defined_is_nan_and_no_warning() -> None:
    none, flat, gains = np.array([]), np.zeros(5), np.full(5, 0.01)
    assert math.isnan(performance.annualised_return(none))
    assert math.isnan(performance.volatility(none[:1]))
    assert math.isnan(performance.sharpe_ratio(flat))
    assert math.isnan(performance.win_rate(flat))
    assert math.isnan(performance.profit_factor(gains))
    assert math.isnan(performance.beta(gains, flat))
    assert performance.max_drawdown(none) == 0
    assert performance.measure(none).total_return == 0
