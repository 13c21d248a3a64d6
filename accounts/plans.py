"""What each plan costs and allows, and which plan an account may use now.

The rows of `table_plans` are the truth; `PLANS` is what `manage.py seed` writes where a row is missing. An account's
limits are remembered for `REMEMBERED` seconds by each process and for `CACHED` by the cache server; a change of plan
calls `forget`. Whoever is refused because of a limit asks `refreshed` before saying so, so that an upgrade counts at
once everywhere; after a downgrade the old limit lives for `REMEMBERED` seconds in other processes.
"""

from datetime import UTC, datetime
from decimal import Decimal
from time import monotonic
from typing import NamedTuple

import orjson
from django.core.cache import cache

from accounts import procedures
from accounts.models import Plan
from shards.seeding import seeds

REMEMBERED = 10.0
CACHED = 60
LIMIT = 100_000  # accounts that one process remembers before it starts afresh

PLANS = (
    # payment_plan, plan_name, monthly, yearly (both KRW), alarms, chat tokens a day
    (Plan.Name.FREE, "Free", Decimal(0), Decimal(0), 10, 20_000),
    (Plan.Name.BASIC, "Basic", Decimal(9_900), Decimal(99_000), 50, 200_000),
    (Plan.Name.PREMIUM, "Premium", Decimal(29_900), Decimal(299_000), 200, 1_000_000),
    (Plan.Name.ENTERPRISE, "Enterprise", Decimal(99_000), Decimal(990_000), 1_000, 10_000_000),
)


class Limits(NamedTuple):
    payment_plan: str
    alarms: int
    chat_tokens_per_day: int


class Offer(NamedTuple):
    payment_plan: str
    plan_name: str
    monthly_price: Decimal
    yearly_price: Decimal
    currency: str
    alarms: int
    chat_tokens_per_day: int


_remembered: dict[int, tuple[Limits, float | None, float]] = {}  # limits, usable until (clock), known until (monotonic)


def limits_of(account_db_key: int) -> Limits:
    """What the account's plan allows now; raises AccountUnknown. No database is asked while it is remembered."""
    known = _remembered.get(account_db_key)
    if known is not None and known[2] > monotonic() and _is_usable(known[1]):
        return known[0]
    stored = cache.get(_key(account_db_key))
    if stored is not None:
        *limits, until = orjson.loads(stored)
        if _is_usable(until):
            return _remember(account_db_key, Limits(*limits), until)
    return _read(account_db_key)


def refreshed(account_db_key: int) -> Limits:
    """The same, from the row itself."""
    forget(account_db_key)
    return _read(account_db_key)


def offers() -> list[Offer]:
    """Every plan, the cheapest first."""
    return [Offer(*row) for row in Plan.objects.order_by("monthly_price").values_list(*Offer._fields)]


def forget(account_db_key: int) -> None:
    """After the account's plan has changed, and its transaction has committed."""
    _remembered.pop(account_db_key, None)
    cache.delete(_key(account_db_key))


@seeds("plans")
def seed_plans() -> None:
    """A row that exists is the administrators' and stays as it is."""
    Plan.objects.bulk_create(
        [
            Plan(
                payment_plan=payment_plan,
                plan_name=plan_name,
                monthly_price=monthly,
                yearly_price=yearly,
                alarms=alarms,
                chat_tokens_per_day=tokens,
            )
            for payment_plan, plan_name, monthly, yearly, alarms, tokens in PLANS
        ],
        ignore_conflicts=True,
    )


def _read(account_db_key: int) -> Limits:
    row = procedures.plan_limits_get(account_db_key=account_db_key)
    limits = Limits(row.payment_plan, row.alarms, row.chat_tokens_per_day)
    until = row.access_until.timestamp() if row.access_until else None
    cache.set(_key(account_db_key), orjson.dumps([*limits, until]), CACHED)
    return _remember(account_db_key, limits, until)


def _remember(account_db_key: int, limits: Limits, until: float | None) -> Limits:
    if len(_remembered) >= LIMIT:
        _remembered.clear()
    _remembered[account_db_key] = (limits, until, monotonic() + REMEMBERED)
    return limits


def _is_usable(until: float | None) -> bool:
    return until is None or until > datetime.now(UTC).timestamp()


def _key(account_db_key: int) -> str:
    return f"plan_of:{account_db_key}"
