"""Celery tasks of the accounts: shells around plain functions."""

from typing import Any

from celery import shared_task

from accounts import sessions
from accounts.devices.services import devices_expire
from shards import jobs


@shared_task(name="accounts.sessions_seen")
def sessions_seen() -> dict[str, Any] | None:
    return jobs.run("accounts.sessions_seen", lambda: {"sessions": sessions.copy_seen()})


@shared_task(name="accounts.sessions_bury")
def sessions_bury() -> dict[str, Any] | None:
    return jobs.run("accounts.sessions_bury", lambda: {"sessions": sessions.bury_ended()})


@shared_task(name="accounts.devices_expire")
def expire_devices() -> dict[str, Any] | None:
    return jobs.run("accounts.devices_expire", lambda: {"devices": devices_expire()})
