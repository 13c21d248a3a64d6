"""Demo data: users with alarms on both shards, and the sample market's earlier sessions loaded and judged.

The last `REPLAYED` sessions are left for `manage.py replay`. Everything goes through the services and jobs that the
platform runs with; nothing is written behind their backs.
"""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from accounts.models import Account
from accounts.services import account_insert
from shards.outbox import service as outbox
from signals import evaluation, fanout, scan, services
from signals.exceptions import AlarmDuplicate
from signals.market import feed
from signals.models import MarketSymbol

USERS = 200
JUDGED = 500  # sessions before the replay that the demo's alarms have seen
REPLAYED = 500
PARAMETERS = [(20, Decimal(2)), (20, Decimal(2)), (20, Decimal("1.5")), (10, Decimal("1.5"))]


class Login(NamedTuple):
    account_id: str
    password: str
    what: str


OPERATOR = Login("operator", "operate-the-demo", "administrator, for /admin/")
USER = Login("demo1000", "trade-the-demo", "one of the demo users, for the API")


def exists() -> bool:
    return Account.objects.filter(account_id=OPERATOR.account_id, platform_type=Account.Platform.WEB).exists()


def replay_start() -> date:
    """The last session before the replay."""
    return feed.sessions()[-REPLAYED - 1]


def make() -> Iterator[str]:
    """Make the demo, step by step; yields what each step is about to do."""
    yield "loading the market's first sessions"
    feed.load_symbols()
    feed.load_bars(after=None, until=feed.sessions()[-REPLAYED - JUDGED - 1])
    yield f"signing up {USERS} users"
    keys = _users()
    yield "registering their alarms"
    _alarms(keys)
    yield f"scanning and judging {JUDGED} sessions"
    feed.load_bars(after=None, until=replay_start())
    scan.scan()
    fanout.fan_out_all()
    evaluation.evaluate_all()
    yield "delivering the notifications"
    outbox.relay_all()
    outbox.consume_all()
    yield "making the operator"
    operator = _insert(OPERATOR.account_id, make_password(OPERATOR.password))
    Account.objects.filter(pk=operator).update(account_level=Account.Level.ADMINISTRATOR)


def _users() -> list[int]:
    password_hash = make_password(USER.password)  # one hash for all: hashing 200 times would take a minute
    return [_insert(f"demo{1000 + number}", password_hash) for number in range(USERS)]


def _insert(account_id: str, password_hash: str) -> int:
    known = Account.objects.filter(platform_type=Account.Platform.WEB, account_id=account_id).first()
    if known is not None:
        return known.pk
    return account_insert(
        platform_type=Account.Platform.WEB,
        account_id=account_id,
        password_hash=password_hash,
        email=f"{account_id}@example.com",
        nickname=account_id.capitalize(),
    ).account_db_key


def _alarms(keys: list[int]) -> None:
    """One to four symbols each, always the same for the same user."""
    symbols = sorted(MarketSymbol.objects.values_list("symbol", flat=True))
    choose = random.Random(20)  # noqa: S311  # demo data, the same every time
    for key in keys:
        for symbol in choose.sample(symbols, choose.randint(1, len(symbols))):
            window, k = choose.choice(PARAMETERS)
            with suppress(AlarmDuplicate):  # made by an earlier run that was cut off
                services.alarm_create(account_db_key=key, symbol=symbol, window=window, k=k)
