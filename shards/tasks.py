"""Celery tasks of the spine: shells around plain functions."""

from functools import partial
from typing import Any

from celery import shared_task

from shards import jobs, retained, vitals, vitals_history
from shards.idempotency import service as idempotency
from shards.outbox import service
from shards.saga import driver
from shards.statistics import rollup


@shared_task(name="outbox.relay")
def relay() -> dict[str, Any] | None:
    return jobs.run("outbox.relay", service.relay_all)


@shared_task(name="outbox.consume")
def consume() -> dict[str, Any] | None:
    return jobs.run("outbox.consume", service.consume_all)


@shared_task(name="outbox.catch_up")
def catch_up() -> dict[str, Any] | None:
    return jobs.run("outbox.catch_up", service.catch_up_all)


@shared_task(name="outbox.observe")
def observe() -> dict[str, Any] | None:
    return jobs.run("outbox.observe", service.observe_all)


@shared_task(name="outbox.cleanup")
def cleanup() -> dict[str, Any] | None:
    return jobs.run("outbox.cleanup", service.cleanup_all)


@shared_task(name="shards.idempotency_expire")
def idempotency_expire() -> dict[str, Any] | None:
    return jobs.run("shards.idempotency_expire", idempotency.expire_all)


@shared_task(name="shards.observe")
def observe_databases() -> dict[str, Any] | None:
    return jobs.run("shards.observe", partial(vitals.observe, vitals_history.record))


@shared_task(name="shards.statistics")
def gather_statistics() -> dict[str, Any] | None:
    return jobs.run("shards.statistics", rollup.refresh)


@shared_task(name="shards.retention")
def sweep() -> dict[str, Any] | None:
    return jobs.run("shards.retention", retained.sweep_all)


@shared_task(name="saga.drive")
def drive_sagas() -> dict[str, Any] | None:
    return jobs.run("saga.drive", driver.drive_all)


@shared_task(name="saga.observe")
def observe_sagas() -> dict[str, Any] | None:
    return jobs.run("saga.observe", driver.observe_all)


@shared_task(name="saga.cleanup")
def forget_sagas() -> dict[str, Any] | None:
    return jobs.run("saga.cleanup", driver.cleanup_all)
