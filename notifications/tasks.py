"""Celery tasks of the notifications: shells around plain functions."""

from typing import Any

from celery import shared_task

from notifications.delivery.plan import plan_all
from notifications.delivery.send import send_all
from notifications.notices.services import run_all
from notifications.prices.services import watch_all
from notifications.settings_copy import copy_missing
from notifications.sweep import check_all, sweep_all
from shards import jobs


@shared_task(name="notifications.settings_copy")
def copy_missing_settings() -> dict[str, Any] | None:
    return jobs.run("notifications.settings_copy", copy_missing)


@shared_task(name="notifications.sweep")
def sweep() -> dict[str, Any] | None:
    return jobs.run("notifications.sweep", sweep_all)


@shared_task(name="notifications.check")
def check() -> dict[str, Any] | None:
    return jobs.run("notifications.check", check_all)


@shared_task(name="notifications.plan")
def plan() -> dict[str, Any] | None:
    return jobs.run("notifications.plan", plan_all)


@shared_task(name="notifications.send")
def send() -> dict[str, Any] | None:
    return jobs.run("notifications.send", send_all)


@shared_task(name="notifications.notices")
def notices() -> dict[str, Any] | None:
    return jobs.run("notifications.notices", run_all)


@shared_task(name="notifications.prices")
def prices() -> dict[str, Any] | None:
    return jobs.run("notifications.prices", watch_all)
