"""How sagas fare, for Prometheus: what ended, what was tried, and, by `observe`, what is open on each database."""

from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import Counter, Gauge

from shards.saga.models import SagaInstance

ENDED = Counter("saga_ended", "Sagas that ended", ["saga_type", "status"])
STEPS = Counter("saga_step_outcomes", "Tries of steps by what the step became", ["saga_type", "step", "status"])
FENCED = Counter("saga_fenced", "Drivers that were too late: the saga had moved on", ["database"])
FAILED = Counter("saga_driver_failures", "Sagas that a driver could not take on for a reason of its own", ["database"])
OPEN = Gauge(
    "saga_open", "Sagas that have not ended", ["database", "saga_type", "status"], multiprocess_mode="mostrecent"
)
STUCK = Gauge(
    "saga_stuck",
    "Sagas that fail on and on and need an operator",
    ["database", "saga_type"],
    multiprocess_mode="mostrecent",
)
OLDEST = Gauge("saga_oldest_seconds", "Age of the oldest open saga", ["database"], multiprocess_mode="mostrecent")
OVERDUE = Gauge(
    "saga_overdue_seconds",
    "How long the most overdue saga has been due: nobody drives it, or nobody knows its definition",
    ["database"],
    multiprocess_mode="mostrecent",
)

_seen: set[tuple[str, str, str]] = set()


def observe(database: str) -> int:
    """Count what is open on the database of this work, by index, whatever has ended; returns how many."""
    now = timezone.now()
    open_sagas = SagaInstance.objects.filter(status__in=SagaInstance.OPEN)
    counted = {
        (database, row["saga_type"], row["status"]): row["n"]
        for row in open_sagas.values("saga_type", "status").annotate(n=Count("saga_id")).order_by()
    }
    stuck = dict(open_sagas.filter(is_stuck=True).values_list("saga_type").annotate(n=Count("saga_id")).order_by())
    for labels in _seen | counted.keys():
        if labels[0] == database:
            OPEN.labels(*labels).set(counted.get(labels, 0))
            STUCK.labels(*labels[:2]).set(stuck.get(labels[1], 0))
    _seen.update(counted)
    times = open_sagas.aggregate(created=Min("created_at"), due=Min("due_at"))
    OLDEST.labels(database).set(_seconds(now - times["created"] if times["created"] else timedelta()))
    OVERDUE.labels(database).set(_seconds(now - times["due"] if times["due"] else timedelta()))
    return sum(counted.values())


def _seconds(age: timedelta) -> float:
    return max(0.0, age.total_seconds())
