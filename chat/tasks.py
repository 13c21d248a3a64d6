"""Celery tasks of the chat: shells around plain functions."""

from typing import Any

from celery import shared_task

from chat.live.doctor import examine
from chat.replies.recovery import recover
from shards import jobs


@shared_task(name="chat.recover")
def take_up_replies() -> dict[str, Any] | None:
    return jobs.run("chat.recover", recover)


@shared_task(name="chat.doctor")
def compare() -> dict[str, Any] | None:
    return jobs.run("chat.doctor", examine)
