"""Celery tasks of the notifications: shells around plain functions."""

from typing import Any

from celery import shared_task

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
