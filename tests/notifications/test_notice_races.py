"""Undo and start meet at the notice's row: either nobody got it or everybody, and the operator is told which."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.procedures import SignedUp
from notifications.models import InappNotification, Notice
from notifications.notices import services
from notifications.notices.services import Segment, Words
from shards.scope import on_shard
from tests.e2e.platform import eventually
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def is_held(lock: str) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT IS_USED_LOCK(%s)", [lock])
        return cursor.fetchone() != (None,)


def meet(at_once: Callable[..., list[Any]], keys: list[int], start_after: str = "") -> tuple[str, int, str]:
    """What the notice's row says, how many were told, and how the undo ended; the start may wait for a named lock."""
    notice_id = services.notice_schedule(
        type_id="SYSTEM_NOTICE", words=Words("a", "b", "c", "d"), segment=Segment(), counted=len(keys),
        wait=timedelta(0), created_by=1,
    )  # fmt: skip

    def start() -> None:
        if start_after:
            eventually(lambda: is_held(start_after), "the undo's look at the row")
        services.run_all()

    acts: dict[str, Callable[[], Any]] = {"undo": lambda: services.notice_undo(notice_id=notice_id), "start": start}
    undone, _ = at_once(lambda act: acts[act](), "undo", "start")
    told = 0
    for shard in (1, 2):
        with on_shard(shard):
            told += InappNotification.objects.filter(source_id=notice_id, account_db_key__in=keys).count()
    return Notice.objects.get(pk=notice_id).state, told, type(undone).__name__


def test_undo_and_start_at_once(make_account: Callable[..., SignedUp], at_once: Callable[..., list[Any]]) -> None:
    keys = [make_account(shard=shard).account_db_key for shard in (1, 2)]
    for _ in range(5):
        assert meet(at_once, keys) in [("undone", 0, "NoneType"), ("done", 2, "NoticeStarted")]


def test_an_undo_that_believed_what_it_read_would_undo_what_was_told(
    make_account: Callable[..., SignedUp], at_once: Callable[..., list[Any]]
) -> None:
    keys = [make_account(shard=shard).account_db_key for shard in (1, 2)]
    blind = (
        "WHERE notice_id = p_notice_id FOR UPDATE;",
        "WHERE notice_id = p_notice_id;\n    DO GET_LOCK('has_looked', 0), SLEEP(4);",
    )
    with weakened("default", "fp_notice_undo", blind):
        assert meet(at_once, keys, start_after="has_looked")[1:] == (2, "NoneType")
