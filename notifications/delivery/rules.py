"""Who is told what, by which way and when: pure rules, no database, no Django.

Times are aware; a recipient's day and hours are those of its own time zone. A quiet hour that daylight saving skips
does not exist and one that it repeats counts twice, because only instants are compared: "quiet until 08:00" ends at
the first instant whose local clock shows 08:00 or later.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

URGENT, LOW = 1, 5
ADVERTISING_REST = (time(21), time(8))  # Korea: no advertising by night, whatever the recipient's own quiet hours
SWITCHES = {
    "email": "email_notifications_enabled",
    "sms": "sms_notifications_enabled",
    "push": "push_notifications_enabled",
}


class Preference(NamedTuple):
    is_enabled: bool
    min_priority: int  # at least so urgent: 1 only urgent ones, 5 all


class Recipient(NamedTuple):
    """What an account wants, from its shard's rows; the defaults where it has none."""

    flags: dict[str, bool]  # column of the notification settings -> its value
    timezone: str
    quiet_from: time | None
    quiet_until: time | None
    is_advertising_allowed: bool
    preferences: dict[tuple[str, str], Preference]  # (type, channel); a missing one allows all


class Subject(NamedTuple):
    """What the rules need to know of a notification."""

    type_id: str
    priority: int
    setting: str | None
    channels: tuple[str, ...]
    is_advertising: bool


def refusal(subject: Subject, recipient: Recipient, channel: str) -> str | None:
    """Why this channel is not used, None when it is."""
    if channel not in subject.channels:
        return "type_not_on_channel"
    if subject.setting is not None and not recipient.flags[subject.setting]:
        return "type_switched_off"
    if channel in SWITCHES and not recipient.flags[SWITCHES[channel]]:
        return "channel_switched_off"
    preference = recipient.preferences.get((subject.type_id, channel))
    if preference is not None and not preference.is_enabled:
        return "preference_off"
    if preference is not None and subject.priority > preference.min_priority:
        return "below_minimum_priority"
    if subject.is_advertising and not recipient.is_advertising_allowed:
        return "advertising_without_consent"
    return None


class Hold(NamedTuple):
    until: datetime
    reason: str


def hold(subject: Subject, recipient: Recipient, now: datetime) -> Hold | None:
    """Until when it waits, for the longest of the reasons; None when it may go now. Urgent ones do not wait."""
    zone = ZoneInfo(recipient.timezone)
    holds = []
    if subject.is_advertising and (until := rest_ends(now, *ADVERTISING_REST, zone)):
        holds.append(Hold(until, "advertising_by_night"))
    if subject.priority > URGENT and recipient.quiet_from is not None and recipient.quiet_until is not None:
        until = rest_ends(now, recipient.quiet_from, recipient.quiet_until, zone)
        if until:
            holds.append(Hold(until, "quiet_hours"))
    return max(holds, default=None)


def rest_ends(now: datetime, begins: time, ends: time, zone: ZoneInfo) -> datetime | None:
    """The instant at which the rest that `now` is in ends; None outside it. begins == ends is no rest at all."""
    local = now.astimezone(zone)
    clock = local.time()
    is_resting = begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
    if not is_resting:
        return None
    day = local.date() if clock < ends else local.date() + timedelta(days=1)
    end = first_instant(datetime.combine(day, ends), zone)
    if end <= now:  # the clock was set back over the end: it shows the rest's hours a second time
        end = datetime.combine(day, ends, zone).replace(fold=1).astimezone(now.tzinfo)
    return end.astimezone(now.tzinfo)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant whose local clock shows `wall` or, where the clock jumps over it, the jump's end."""
    instant = wall.replace(tzinfo=zone, fold=0)
    back = instant.astimezone(ZoneInfo("UTC")).astimezone(zone)
    if back.replace(tzinfo=None) == wall:
        return instant
    before = wall.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    after = wall.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    low, high = sorted([wall - before, wall - after])  # in UTC, around the jump
    utc = ZoneInfo("UTC")
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.replace(tzinfo=utc).astimezone(zone).replace(tzinfo=None) >= wall:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0, tzinfo=utc)


def next_digest(now: datetime, at: time, timezone: str) -> datetime:
    """The next morning's digest, in the recipient's zone."""
    zone = ZoneInfo(timezone)
    day = now.astimezone(zone).date() + timedelta(days=1)
    return first_instant(datetime.combine(day, at), zone).astimezone(now.tzinfo)
