"""What has happened since an operator last looked, told by whichever app knows it.

An app tells its part by a function of that moment (`@tells`); the start page shows every item as a card that links to
its list. Nothing is counted further than `ENOUGH`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from config.databases import GLOBAL
from shards.admin.columns import page_url
from shards.models import ErrorLog, Job, OperatorLook, ShardConfig, UniversalOutbox
from shards.walk import on_each_database

ENOUGH = 1000
VISIT = timedelta(minutes=30)  # who looks again within it is still on the same visit
FIRST = timedelta(days=1)  # what a first visit is told of


class Item(NamedTuple):
    what: str
    figure: str
    url: str
    is_bad: bool = False  # somebody should do something


Source = Callable[[datetime], Iterable[Item]]

_sources: list[Source] = []


def tells(source: Source) -> Source:
    _sources.append(source)
    return source


def told(since: datetime) -> list[Item]:
    return [item for source in _sources for item in source(since)]


def bounded(counted: int) -> str:
    return str(counted) if counted < ENOUGH else f"{ENOUGH}+"


def since_last_look(account_db_key: int) -> datetime:
    """The moment from which this visit is told the news; looking is recorded."""
    now = timezone.now()
    with transaction.atomic(using=GLOBAL):
        look, _ = OperatorLook.objects.select_for_update().get_or_create(
            account_db_key=account_db_key, defaults={"since": now - FIRST, "looked_at": now}
        )
        if now - look.looked_at > VISIT:
            look.since = look.looked_at
        look.looked_at = max(now, look.looked_at)
        look.save()
    return look.since


@tells
def _trouble(since: datetime) -> Iterable[Item]:
    """Over all databases; one that cannot be asked is named, not counted as zero."""
    counts = on_each_database(lambda: _errors_and_dead(since), "news")
    silent = [alias for alias, counted in counts.items() if isinstance(counted, str)]
    known = [counted for counted in counts.values() if not isinstance(counted, str)]
    errors, dead = (sum(column) for column in zip((0, 0), *known, strict=True))
    without = gettext(" (without %(databases)s)") % {"databases": ", ".join(silent)} if silent else ""
    failed = Job.objects.filter(finished_at__gte=since).exclude(error="").count()
    absent = ShardConfig.objects.exclude(status=ShardConfig.Status.ACTIVE).count() + len(silent)
    yield Item(gettext("Errors") + without, bounded(errors), page_url(ErrorLog, "faults"), errors > 0 or bool(silent))
    yield Item(gettext("Dead letters") + without, bounded(dead), page_url(UniversalOutbox, "changelist"), dead > 0)
    yield Item(gettext("Jobs that failed"), bounded(failed), page_url(Job, "changelist"), failed > 0)
    yield Item(gettext("Shards not active"), str(absent), page_url(ShardConfig, "changelist"), absent > 0)


def _errors_and_dead(since: datetime) -> tuple[int, int]:
    errors = ErrorLog.objects.filter(create_time__gte=since)[:ENOUGH].count()
    return errors, UniversalOutbox.objects.filter(status=UniversalOutbox.Status.DEAD_LETTER)[:ENOUGH].count()
