"""Trading sessions of the exchanges, from the library exchange_calendars (XNYS, XKRX and some 50 more).

Importing the library costs 1 to 3 seconds (pandas) and opening a calendar up to 3 more; both happen on the first
question about a calendar, never when Django starts. A calendar reaches one year beyond the day it was opened.
"""

import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache


def next_session(calendar: str, session: date, *, first: date) -> date:
    """The first session after `session`."""
    return session_offset(calendar, session, 1, first=first)


def session_offset(calendar: str, session: date, count: int, *, first: date) -> date:
    """The `count`-th session strictly after `session`, or before it when `count` is negative.

    `session` may be any day: from a Saturday, 1 is Monday and -1 is Friday. `first` is the session of the calendar's
    oldest bar; every value of it opens a calendar of its own, so pass the same one for all symbols. ValueError when
    `count` is 0, or a day or the answer is before `first` or beyond the calendar's end; an unknown calendar is the
    library's InvalidCalendarName.
    """
    if count == 0:
        raise ValueError("count must not be 0: a day need not be a session")
    sessions = _sessions(calendar, first)
    position = bisect_right(sessions, session) + count - 1 if count > 0 else bisect_left(sessions, session) + count
    if session < first or not 0 <= position < len(sessions):
        raise ValueError(f"{calendar} from {first} to {sessions[-1]} has no session {count:+d} from {session}")
    return sessions[position]


def sessions_between(calendar: str, after: date, until: date, *, first: date) -> Sequence[date]:
    """The sessions later than `after` and not later than `until`: their number is the sessions elapsed.

    Days before `first` or beyond the calendar's end have none.
    """
    sessions = _sessions(calendar, first)
    return sessions[bisect_right(sessions, after) : bisect_right(sessions, until)]


def closed_sessions(calendar: str, begin: date, until: date, now: datetime | None = None) -> Sequence[date]:
    """The sessions from `begin` to `until`, both included; with `now` (aware) those up to the last that has closed."""
    sessions = _sessions(calendar, begin)
    if now is None:
        return sessions[: bisect_right(sessions, until)]
    from exchange_calendars import get_calendar

    return sessions[: int((get_calendar(calendar, start=begin).closes <= now).sum())]


@cache
def _sessions(calendar: str, first: date) -> tuple[date, ...]:
    from exchange_calendars import get_calendar

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # exchange_calendars 4.13 uses what pandas 4 will change
        return tuple(get_calendar(calendar, start=first).sessions.date)
