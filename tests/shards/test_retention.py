"""How long rows are kept: every table is named once, operators change the days, and what is removed is told."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client
from django.utils.timezone import now

from accounts import tasks as account_tasks
from accounts.models import UserSession
from accounts.models.account import ADMINISTRATOR, OPERATOR
from accounts.procedures import SignedUp
from config.databases import GLOBAL
from config.redis import sessions as redis
from shards import retained, retention, tasks
from shards.admin.columns import page_url
from shards.models import ErrorLog, Retention
from shards.outbox.cleanup import cleanup
from shards.retention import BATCHES, DAY, IN_SQL, PERIODS, STAYS
from shards.router import scope_of
from shards.routines import by_name
from shards.seeds import seed_retention

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def log(alias: str, number: int, *, days_ago: float) -> None:
    ErrorLog.objects.using(alias).bulk_create(
        ErrorLog(
            procedure_name="fp_x", error_state="HY000", error_no=1, error_message="",
            create_time=now() - timedelta(days=days_ago),
        )
        for _ in range(number)
    )  # fmt: skip


def test_every_table_says_how_long_its_rows_stay_and_says_it_once() -> None:
    ours = {model._meta.db_table for model in apps.get_models() if getattr(model, "scope", None) is scope_of(model)}
    named = [*PERIODS, *STAYS, *IN_SQL]
    assert len(ours) > 70
    assert sorted(named) == sorted(ours)
    assert set(IN_SQL.values()) <= set(by_name())


def test_old_errors_go_from_every_database_and_what_went_is_told() -> None:
    for alias in ("default", "shard_2"):
        log(alias, 3, days_ago=91)
        log(alias, 2, days_ago=89)
    assert tasks.sweep() == {"default": 3, "shard_1": 0, "shard_2": 3}
    assert [ErrorLog.objects.using(alias).count() for alias in ("default", "shard_2")] == [2, 2]
    row = Retention.objects.get(pk="table_errorlog")
    assert (row.keep_days, row.removed_rows, row.last_removed) == (90, 6, 3)
    assert row.last_swept_at is not None
    assert tasks.sweep() == {"default": 0, "shard_1": 0, "shard_2": 0}
    assert Retention.objects.get(pk="table_errorlog").removed_rows == 6


def test_a_sweep_is_bounded_and_a_later_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "BATCHES", 3)
    log("default", 7, days_ago=100)
    assert retained.sweep_all()["default"] == 2 * 3
    assert retained.sweep_all()["default"] == 1
    assert BATCHES == 100


def test_sessions_that_expired_long_ago_go(
    make_account: Callable[..., SignedUp], bearer: Callable[[int], dict]
) -> None:
    keys = [make_account().account_db_key for _ in range(3)]
    for key, days in zip(keys, (181, 179, -1), strict=True):
        bearer(key)
        UserSession.objects.filter(account_id=key).update(expires_at=now() - timedelta(days=days))
    assert account_tasks.expire_sessions() == {"sessions": 1}
    assert sorted(UserSession.objects.values_list("account_id", flat=True)) == keys[1:]
    assert Retention.objects.get(pk="table_user_sessions").removed_rows == 1
    assert redis().ping()


def test_the_days_that_an_administrator_sets_are_obeyed_and_a_seed_keeps_them(
    console: Callable[[int], Client],
) -> None:
    seed_retention()
    assert dict(Retention.objects.values_list("table", "keep_days")) == {t: p.days for t, p in PERIODS.items()}
    page = page_url(Retention, "change", "outbox_inbox")
    administrator, operator = console(ADMINISTRATOR), console(OPERATOR)
    assert operator.post(page, {"keep_days": 5}).status_code == 403
    assert administrator.post(page, {"keep_days": 0}).status_code == 200  # refused, with the form
    assert Retention.objects.get(pk="outbox_inbox").keep_days == 90
    assert administrator.post(page, {"keep_days": 5, "removed_rows": 7}).status_code == 302
    seed_retention()
    row = Retention.objects.get(pk="outbox_inbox")
    assert (row.keep_days, row.removed_rows, retention.seconds("outbox_inbox")) == (5, 0, 5 * DAY)
    handled(GLOBAL, now() - timedelta(days=6))
    handled(GLOBAL, now() - timedelta(days=4))
    assert cleanup(GLOBAL) == 1
    assert Retention.objects.get(pk="outbox_inbox").removed_rows == 1
    assert "longer than the log" in administrator.get(page_url(Retention, "changelist")).text


def handled(alias: str, at: datetime) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_inbox VALUES ('c', LEFT(UNHEX(SHA2(%s, 256)), 16), %s)",
            [str(at), at.replace(tzinfo=None)],
        )
