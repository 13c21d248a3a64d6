"""Celery tasks of the signals: shells around plain functions."""

from typing import Any

from celery import shared_task

from shards import jobs
from signals.evaluation import evaluate_all, revise_all
from signals.fanout import fan_out_all
from signals.market.watch import watch
from signals.model_server import poll
from signals.scan import scan
from signals.tracking.update import update_all
from signals.withdrawal import withdraw_all


@shared_task(name="signals.scan")
def scan_and_fan_out() -> dict[str, Any] | None:
    return jobs.run(
        "signals.scan",
        lambda: {
            "signals": scan(),
            "history_rows": fan_out_all(),
            "withdrawn": withdraw_all(),
            "kalman_steps": update_all(),
        },
    )


@shared_task(name="signals.evaluate")
def evaluate() -> dict[str, Any] | None:
    return jobs.run("signals.evaluate", lambda: {"judged": evaluate_all(), "revised": revise_all()})


@shared_task(name="signals.watch_market")
def watch_market() -> dict[str, Any] | None:
    return jobs.run("signals.watch_market", watch)


@shared_task(name="signals.poll_models")
def poll_models() -> dict[str, Any] | None:
    return jobs.run("signals.poll_models", lambda: {"signals": poll()})
