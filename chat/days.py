"""What day it is for an account: a day begins at midnight of the time zone in its profile."""

from datetime import date, datetime
from time import monotonic
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.cache import cache

from accounts.models import Profile

REMEMBERED = 60.0
CACHED = 300
LIMIT = 100_000  # accounts that one process remembers before it starts afresh
ELSEWHERE = "Asia/Seoul"

_remembered: dict[int, tuple[ZoneInfo, float]] = {}


def local_date(account_db_key: int, moment: datetime) -> date:
    return moment.astimezone(_zone_of(account_db_key)).date()


def _zone_of(account_db_key: int) -> ZoneInfo:
    known = _remembered.get(account_db_key)
    if known is not None and known[1] > monotonic():
        return known[0]
    name = cache.get(_key(account_db_key))
    if name is None:
        name = Profile.objects.filter(pk=account_db_key).values_list("timezone", flat=True).first() or ELSEWHERE
        cache.set(_key(account_db_key), name, CACHED)
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(ELSEWHERE)
    if len(_remembered) >= LIMIT:
        _remembered.clear()
    _remembered[account_db_key] = (zone, monotonic() + REMEMBERED)
    return zone


def _key(account_db_key: int) -> str:
    return f"timezone_of:{account_db_key}"
