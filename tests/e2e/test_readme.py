"""The README's own lines, run as a newcomer would paste them, beside the demo's replay."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from config.stack import ROOT
from tests.e2e.market import Expected, bars, expected_signals
from tests.e2e.platform import PATIENCE, Platform

SECTION = re.compile(r"^## First calls$(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def replay(platform: Platform) -> Iterator[None]:
    """At the demo's pace, for as long as the test runs."""
    platform.start("replay", "exec python manage.py replay --sessions 150 --every 0.5")
    yield
    platform.stop("replay")


def readme_lines() -> str:
    section = SECTION.search((ROOT / "README.md").read_text())
    assert section
    return "".join(BLOCK.findall(section[1]))


def test_the_readme_s_lines_lead_from_sign_up_to_a_judged_signal(platform: Platform, replay: None) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", readme_lines()],
        env={"PATH": platform.environment["PATH"], "SITE": platform.site},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    signup, alarm, history, statistics, notifications = json_values(done.stdout)
    assert (signup["account_id"], signup["nickname"]) == ("newcomer", "Newcomer")
    assert (alarm["symbol"], alarm["band_window"], Decimal(alarm["band_k"])) == ("AAPL", 10, Decimal("1.5"))

    closes = dict(bars("AAPL"))
    since = date.fromisoformat(alarm["since_session"])
    known = {signal.session: signal for signal in expected_signals("AAPL", 10, "1.5", since, max(closes))}
    judged = [row for row in history["results"] if row["evaluated_at"]]
    assert judged
    for row in judged:
        assert Expected(*(row[name] for name in Expected._fields)) == known[row["session"]]
        assert date.fromisoformat(row["session"]) > since
        assert Decimal(row["signal_price"]) == closes[date.fromisoformat(row["session"])]
    assert statistics["total_alarms"] == 1
    assert statistics["evaluated_signals"] >= len(judged)
    sources = {row["source_id"] for row in notifications["results"]}
    assert history["results"][-1]["signal_id"] in sources


def json_values(text: str) -> list[dict[str, Any]]:
    """curl ends its output with the last byte of the body, so the answers stand one behind the other."""
    decoder, values = json.JSONDecoder(), []
    while text := text.strip():
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:]
    return values
