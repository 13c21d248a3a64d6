"""Every page of the operators' console, for those who may see it and those who may not."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib import admin
from django.db import connections
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from accounts.models import Account, Plan
from accounts.models.account import ADMINISTRATOR, OPERATOR
from chat.models import ChatParked, ChatPersona
from notifications.models import Notice
from shards.admin.columns import page_url
from shards.models import OutboxParked, Retention, ShardConfig, UniversalOutbox
from tests.admin_rows import make_row, models_shown

pytestmark = pytest.mark.django_db(databases="__all__")

SCHEDULES = [ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule]
READ_ONLY = [
    model for model in models_shown() if model not in [*SCHEDULES, ShardConfig, ChatPersona, Notice, Plan, Retention]
]
# What administrators may do with rows that machines write; tests/shards/outbox/test_admin_second_chances.py and
# tests/chat/test_parked.py do it.
ACTIONS = {
    OutboxParked: {"replay", "skip"}, UniversalOutbox: {"replay", "skip"}, ChatParked: {"store_again"},
}  # fmt: skip

LogIn = Callable[[int], Client]
every_model = pytest.mark.parametrize("model", models_shown(), ids=lambda model: model._meta.model_name)
machine_written = pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model._meta.model_name)


@pytest.mark.parametrize("level", [OPERATOR, ADMINISTRATOR])
@every_model
def test_list_and_page_answer(model: type[Model], level: int, console: LogIn) -> None:
    row, client = make_row(model, 1), console(level)

    found = client.get(page_url(model, "changelist"))
    page = client.get(page_url(model, "change", row.pk))

    assert (found.status_code, page.status_code) == (200, 200)
    assert page_url(model, "change", row.pk) in found.text
    assert "a-hash-nobody-may-see" not in found.text + page.text


@every_model
def test_a_user_sees_nothing(model: type[Model], console: LogIn) -> None:
    row, client = make_row(model, 1), console(Account.Level.USER)

    for url in (page_url(model, "changelist"), page_url(model, "change", row.pk)):
        answer = client.get(url)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/admin/login/")


@every_model
def test_the_queries_of_a_list_do_not_grow_with_its_rows(model: type[Model], console: LogIn) -> None:
    client, url = console(ADMINISTRATOR), page_url(model, "changelist")
    make_row(model, 1)
    client.get(url)
    few = _queries(client, url)
    for number in range(2, 6):
        make_row(model, number)
    many = _queries(client, url)

    assert len(many) == len(few), "\n".join(many)
    if model not in SCHEDULES:
        table = model._meta.db_table
        assert not [sql for sql in many if "COUNT(" in sql and table in sql]


@machine_written
def test_nobody_adds_changes_or_deletes_what_machines_write(model: type[Model], console: LogIn) -> None:
    row, client = make_row(model, 1), console(ADMINISTRATOR)

    assert client.get(page_url(model, "add")).status_code == 403
    assert client.post(page_url(model, "add")).status_code == 403
    assert client.post(page_url(model, "change", row.pk)).status_code == 403
    assert client.post(page_url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    offered = set(admin.site._registry[model].get_actions(_request(client)))
    assert offered == ACTIONS.get(model, set())


@pytest.mark.parametrize(("level", "status", "after"), [(OPERATOR, 403, "active"), (ADMINISTRATOR, 302, "maintenance")])
def test_administrators_change_a_shards_status(level: int, status: int, after: str, console: LogIn) -> None:
    answer = console(level).post(page_url(ShardConfig, "change", 2), {"status": "maintenance"})

    shard = ShardConfig.objects.get(pk=2)
    assert (answer.status_code, shard.status, shard.shard_name) == (status, after, "finance_shard_2")


def test_operators_cannot_switch_schedules_off(console: LogIn) -> None:
    task: Any = make_row(PeriodicTask, 1)
    console(OPERATOR).post(
        page_url(PeriodicTask, "changelist"), {"action": "disable_tasks", "_selected_action": [task.pk]}
    )
    task.refresh_from_db()
    assert task.enabled

    console(ADMINISTRATOR).post(
        page_url(PeriodicTask, "changelist"), {"action": "disable_tasks", "_selected_action": [task.pk]}
    )
    task.refresh_from_db()
    assert not task.enabled


def _queries(client: Client, url: str) -> list[str]:
    with ExitStack() as stack:
        captured = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        assert client.get(url).status_code == 200
    return [query["sql"] for queries in captured for query in queries]


def _request(client: Client) -> Any:
    return client.get("/admin/").wsgi_request
