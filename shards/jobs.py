"""Periodic jobs: one named lock each, so that two schedulers never run one job twice at a time.

The lock is a row of `table_jobs` on the global database: a lease on the database's clock, renewed while the job runs,
and a fence that grows with each run. The row also keeps how the last run went.
"""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from django.db import Error, connections
from prometheus_client import Counter, Gauge

from config.databases import GLOBAL
from shards import procedures
from shards.exceptions import FenceLost
from shards.transactions import in_global_transaction

log = structlog.get_logger(__name__)

# All other gauges are written by jobs: this one tells that jobs run at all, also where `beat` died.
STARTED = Gauge("job_started_timestamp_seconds", "When the job last began", ["job"], multiprocess_mode="max")
FAILED = Counter("job_failures", "Runs that raised an error", ["job"])

LEASE_SECONDS = 30
RENEW_AFTER = 10.0


def run(name: str, job: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Run the job unless it is running elsewhere; None then. What it raises is recorded and raised again."""
    fence = _begin(name)
    if fence is None:
        return None
    STARTED.labels(name).set_to_current_time()
    stop = threading.Event()
    renewer = threading.Thread(target=_renew, args=(name, fence, stop), daemon=True, name=f"renew {name}")
    renewer.start()
    try:
        result = job()
    except Exception as error:
        FAILED.labels(name).inc()
        _finish(name, fence, None, f"{type(error).__name__}: {error}")
        raise
    finally:
        stop.set()
        renewer.join()
    _finish(name, fence, result, "")
    return result


def _renew(name: str, fence: int, stop: threading.Event) -> None:
    try:
        while not stop.wait(RENEW_AFTER):
            try:
                _prolong(name, fence)
            except FenceLost:
                log.exception("job_lease_lost", job=name)
                return
            except Error as error:
                log.warning("job_lease_not_renewed", job=name, error=str(error))
    finally:
        connections[GLOBAL].close()  # this thread's own


@in_global_transaction
def _begin(name: str) -> int | None:
    return procedures.job_begin(name=name, lease_seconds=LEASE_SECONDS)


@in_global_transaction
def _prolong(name: str, fence: int) -> None:
    procedures.job_renew(name=name, fence=fence, lease_seconds=LEASE_SECONDS)


def _finish(name: str, fence: int, result: dict[str, Any] | None, error: str) -> None:
    try:
        _record(name, fence, result, error)
    except FenceLost:
        log.exception("job_lease_lost", job=name)


@in_global_transaction
def _record(name: str, fence: int, result: dict[str, Any] | None, error: str) -> None:
    procedures.job_finish(name=name, fence=fence, result=result, error=error)
