"""Sessions as the exchanges published them."""

import subprocess
import sys
from datetime import date

import pytest
from exchange_calendars.errors import InvalidCalendarName

from signals.market.calendars import next_session, session_offset, sessions_between
from signals.market.sample import SampleMarket

NEW_YORK = date(2000, 3, 1)
SEOUL = date(2024, 9, 1)


@pytest.mark.parametrize(
    ("calendar", "first", "session", "expected"),
    [
        ("XNYS", NEW_YORK, date(2013, 2, 28), date(2013, 3, 1)),  # Thursday to Friday
        ("XNYS", NEW_YORK, date(2013, 2, 22), date(2013, 2, 25)),  # Friday to Monday
        ("XNYS", NEW_YORK, date(2013, 2, 23), date(2013, 2, 25)),  # from a Saturday
        ("XNYS", NEW_YORK, date(2013, 2, 15), date(2013, 2, 19)),  # Presidents' Day
        ("XNYS", NEW_YORK, date(2001, 9, 10), date(2001, 9, 17)),  # closed after the attacks
        ("XNYS", NEW_YORK, date(2012, 10, 26), date(2012, 10, 31)),  # hurricane Sandy
        ("XKRX", SEOUL, date(2024, 9, 13), date(2024, 9, 19)),  # Chuseok
        ("XKRX", SEOUL, date(2024, 9, 30), date(2024, 10, 2)),  # Armed Forces Day, a holiday in that year only
    ],
)
def test_the_next_session_is_the_exchanges_own(calendar: str, first: date, session: date, expected: date) -> None:
    assert next_session(calendar, session, first=first) == expected


def test_offsets_count_sessions_in_both_directions() -> None:
    friday, saturday = date(2013, 2, 22), date(2013, 2, 23)
    assert session_offset("XNYS", friday, 5, first=NEW_YORK) == date(2013, 3, 1)
    assert session_offset("XNYS", friday, -1, first=NEW_YORK) == date(2013, 2, 21)
    assert session_offset("XNYS", saturday, -1, first=NEW_YORK) == friday
    assert session_offset("XNYS", date(2013, 3, 1), -5, first=NEW_YORK) == friday


def test_elapsed_sessions_exclude_the_first_day_and_include_the_last() -> None:
    between = sessions_between("XNYS", date(2013, 2, 15), date(2013, 2, 20), first=NEW_YORK)
    assert list(between) == [date(2013, 2, 19), date(2013, 2, 20)]
    assert len(sessions_between("XNYS", date(2013, 2, 20), date(2013, 2, 20), first=NEW_YORK)) == 0


def test_every_session_since_the_first_has_a_bar_in_the_sample() -> None:
    bars = SampleMarket().bars(["IBM"], after=None, until=None)
    calendar = sessions_between("XNYS", date(2000, 2, 29), date(2013, 3, 1), first=NEW_YORK)
    assert [bar.session for bar in bars] == list(calendar)


@pytest.mark.parametrize(
    ("session", "count"), [(date(2000, 2, 29), 1), (NEW_YORK, -1), (date(2099, 1, 2), 1), (date(2013, 2, 22), 0)]
)
def test_what_the_calendar_cannot_know_is_refused(session: date, count: int) -> None:
    with pytest.raises(ValueError, match="session"):
        session_offset("XNYS", session, count, first=NEW_YORK)


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(InvalidCalendarName, match="XXXX"):
        next_session("XXXX", NEW_YORK, first=NEW_YORK)


def test_importing_the_market_loads_no_pandas() -> None:
    code = "import sys, signals.market.calendars, signals.market.sample; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
