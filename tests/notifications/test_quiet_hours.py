"""Quiet hours in the recipient's zone, over daylight saving changes; Korea's nights without advertising."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.delivery.rules import Preference, Recipient, Subject, hold, next_digest, refusal, rest_ends

CHANNELS = ("email", "sms", "push", "webhook")
ALL = dict.fromkeys(
    [
        "email_notifications_enabled", "sms_notifications_enabled", "push_notifications_enabled",
        "price_alert_enabled", "news_alert_enabled", "portfolio_alert_enabled", "trade_alert_enabled",
    ],
    True,
)  # fmt: skip
PRICE = Subject("PRICE_ALERT", 3, "price_alert_enabled", CHANNELS, is_advertising=False)
SECURITY = Subject("ACCOUNT_SECURITY", 1, None, ("email", "sms", "push"), is_advertising=False)
ADVERTISING = Subject("PROMOTION", 5, "news_alert_enabled", CHANNELS, is_advertising=True)
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
ZONES = ["Asia/Seoul", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/St_Johns"]


def who(zone: str = "Asia/Seoul", quiet: tuple[time | None, time | None] = (None, None), **changes: Any) -> Recipient:
    return Recipient(ALL, zone, quiet[0], quiet[1], True, {})._replace(**changes)


@pytest.mark.parametrize(
    ("zone", "now", "ends", "until"),
    [
        # An ordinary night in Seoul, before and after midnight.
        ("Asia/Seoul", "2026-03-02T14:00:00Z", time(8), "2026-03-02T23:00:00Z"),
        ("Asia/Seoul", "2026-03-02T22:59:59Z", time(8), "2026-03-02T23:00:00Z"),
        ("Asia/Seoul", "2026-03-02T23:00:00Z", time(8), None),
        ("Asia/Seoul", "2026-03-02T12:59:59Z", time(8), None),
        # New York loses 02:00 to 03:00 on 8 March 2026: an end within the gap is the gap's end, 03:00 EDT.
        ("America/New_York", "2026-03-08T05:00:00Z", time(8), "2026-03-08T12:00:00Z"),
        ("America/New_York", "2026-03-08T06:59:59Z", time(2, 30), "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-03-08T07:00:00Z", time(2, 30), None),
        # New York has 01:00 to 02:00 twice on 1 November 2026.
        ("America/New_York", "2026-11-01T05:10:00Z", time(1, 30), "2026-11-01T05:30:00Z"),
        ("America/New_York", "2026-11-01T05:45:00Z", time(1, 30), None),
        ("America/New_York", "2026-11-01T06:10:00Z", time(1, 30), "2026-11-01T06:30:00Z"),
        ("America/New_York", "2026-11-01T06:45:00Z", time(1, 30), None),
    ],
)
def test_a_rest_from_ten_ends_at_the_first_instant_whose_clock_says_so(
    zone: str, now: str, ends: time, until: str | None
) -> None:
    found = rest_ends(datetime.fromisoformat(now), time(22), ends, ZoneInfo(zone))
    assert found == (datetime.fromisoformat(until) if until else None)


@given(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    clocks,
    clocks,
    st.sampled_from(ZONES),
)
def test_a_rest_ends_later_within_26_hours_and_is_over_then(now: datetime, begins: time, ends: time, zone: str) -> None:
    found = rest_ends(now, begins, ends, ZoneInfo(zone))
    if found is not None:
        assert 0 < (found - now).total_seconds() <= 26 * 3600
        local = found.astimezone(ZoneInfo(zone)).time()
        assert local >= ends
        assert (datetime.combine(now, local) - datetime.combine(now, ends)).total_seconds() <= 3600


def test_urgent_ones_do_not_wait_and_the_longest_rest_counts() -> None:
    late = datetime(2026, 3, 2, 13, tzinfo=UTC)  # 22:00 in Seoul
    quiet = (time(22), time(9))
    assert hold(SECURITY, who(quiet=quiet), late) is None
    assert hold(PRICE, who(), late) is None
    waits = hold(PRICE, who(quiet=quiet), late)
    assert waits == (datetime(2026, 3, 3, 0, tzinfo=UTC), "quiet_hours")
    assert hold(ADVERTISING, who(), late) == (datetime(2026, 3, 2, 23, tzinfo=UTC), "advertising_by_night")
    assert hold(ADVERTISING, who(quiet=quiet), late) == waits
    assert hold(ADVERTISING, who(), datetime(2026, 3, 2, 11, 59, 59, tzinfo=UTC)) is None
    assert hold(ADVERTISING, who(), datetime(2026, 3, 2, 12, tzinfo=UTC)) is not None
    assert hold(PRICE, who(quiet=(time(8), time(8))), late) is None


def test_a_digest_comes_at_nine_of_the_next_morning() -> None:
    assert next_digest(datetime(2026, 3, 7, 20, tzinfo=UTC), time(9), "America/New_York") == datetime(
        2026, 3, 8, 13, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("subject", "channel", "changes", "why"),
    [
        (PRICE, "email", {}, None),
        (SECURITY, "webhook", {}, "type_not_on_channel"),
        (PRICE, "email", {"flags": ALL | {"price_alert_enabled": False}}, "type_switched_off"),
        (SECURITY, "email", {"flags": dict.fromkeys(ALL, False)}, "channel_switched_off"),
        (PRICE, "sms", {"flags": ALL | {"sms_notifications_enabled": False}}, "channel_switched_off"),
        (PRICE, "webhook", {"flags": ALL | {"sms_notifications_enabled": False}}, None),
        (PRICE, "sms", {"preferences": {("PRICE_ALERT", "sms"): Preference(False, 5)}}, "preference_off"),
        (PRICE, "sms", {"preferences": {("PRICE_ALERT", "sms"): Preference(True, 2)}}, "below_minimum_priority"),
        (PRICE, "sms", {"preferences": {("PRICE_ALERT", "sms"): Preference(True, 3)}}, None),
        (PRICE, "email", {"preferences": {("PRICE_ALERT", "sms"): Preference(False, 1)}}, None),
        (ADVERTISING, "email", {"is_advertising_allowed": False}, "advertising_without_consent"),
        (ADVERTISING, "email", {}, None),
    ],
)
def test_why_a_channel_is_not_used(subject: Subject, channel: str, changes: dict[str, Any], why: str | None) -> None:
    assert refusal(subject, who(**changes), channel) == why
