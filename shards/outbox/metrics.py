"""How the outbox of each database fares, for Prometheus; the counters stand where their events happen."""

from prometheus_client import Gauge

from shards.outbox import procedures
from shards.outbox.registry import Domain

FIGURES = {
    "waiting": "Committed events that were not sent yet",
    "oldest_seconds": "Age of the oldest of them",
    "attempts": "Most claims of a partition since it was last sent",
    "partitions_blocked": "Partitions that wait for an operator behind a dead letter",
    "dead_letters": "Events that used up their tries",
    "events_parked": "Events that a consumer's handler failed on too often",
    "consumers_waiting": "Partitions in which a consumer waits to try again",
}
GAUGES = {
    name: Gauge(f"outbox_{name}", what, ["database", "domain"], multiprocess_mode="mostrecent")
    for name, what in FIGURES.items()
}


def observe(database: str) -> int:
    """Ask the database of this work, and set every domain's gauges; returns how many events wait."""
    found = {row.domain: row._asdict() for row in procedures.outbox_figures()}
    for domain in Domain:
        for name, gauge in GAUGES.items():
            gauge.labels(database, domain).set(found.get(domain, {}).get(name, 0))
    return sum(figures["waiting"] for figures in found.values())
