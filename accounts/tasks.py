"""Celery tasks of the accounts: shells around plain functions."""

from smtplib import SMTPException
from typing import Any
from uuid import UUID

from celery import shared_task

from accounts import sessions
from accounts.codes import expiry, sending
from accounts.devices.services import devices_expire
from accounts.payments import local
from accounts.payments.billing import bill_due
from accounts.portfolio import tasks as portfolio_tasks  # noqa: F401  # Celery looks for tasks here
from accounts.sessions_expiry import sessions_expire
from accounts.withdrawal.services import erase_due
from shards import jobs


@shared_task(name="accounts.sessions_seen")
def sessions_seen() -> dict[str, Any] | None:
    return jobs.run("accounts.sessions_seen", sessions.count_seen)


@shared_task(name="accounts.sessions_bury")
def sessions_bury() -> dict[str, Any] | None:
    return jobs.run("accounts.sessions_bury", lambda: {"sessions": sessions.bury_ended()})


@shared_task(name="accounts.devices_expire")
def expire_devices() -> dict[str, Any] | None:
    return jobs.run("accounts.devices_expire", lambda: {"devices": devices_expire()})


@shared_task(name="accounts.sessions_expire")
def expire_sessions() -> dict[str, Any] | None:
    return jobs.run("accounts.sessions_expire", lambda: {"sessions": sessions_expire()})


@shared_task(name="accounts.codes_expire")
def codes_expire() -> dict[str, Any] | None:
    return jobs.run("accounts.codes_expire", lambda: {"codes": expiry.codes_expire()})


@shared_task(name="accounts.code_send", autoretry_for=(SMTPException, OSError), retry_backoff=True, max_retries=6)
def code_send(code_id: str) -> None:
    """With the id alone: the broker never sees a code or a link."""
    sending.code_send(code_id=UUID(code_id))


@shared_task(name="accounts.payments_bill")
def bill_payments() -> dict[str, Any] | None:
    return jobs.run("accounts.payments_bill", bill_due)


@shared_task(name="accounts.local_provider")
def run_local_provider() -> dict[str, Any] | None:
    return jobs.run("accounts.local_provider", local.run)


@shared_task(name="accounts.erase")
def erase_accounts() -> dict[str, Any] | None:
    return jobs.run("accounts.erase", erase_due)
