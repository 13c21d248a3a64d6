"""Celery tasks of portfolios: shells around plain functions."""

from typing import Any

from celery import shared_task

from accounts.portfolio import settlement
from shards import jobs


@shared_task(name="portfolio.settle")
def settle() -> dict[str, Any] | None:
    return jobs.run("portfolio.settle", settlement.settle_all)
