"""The document's rule: asking for the read list takes out what it showed; here after a grace, and never by a skip."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.models import InappNotification
from notifications.sweep import differences, sweep
from shards.scope import on_shard
from tests.notifications.conftest import MONDAY, Api, create

pytestmark = pytest.mark.django_db(databases="__all__")
Clock = Callable[[datetime | None], None]


@pytest.fixture
def read(api: Api, clock: Clock) -> list[str]:
    """Five that were read, the newest first, made a minute apart before Monday noon."""
    ids: list[str] = []
    for minute in range(5):
        clock(MONDAY - timedelta(minutes=10 - minute))
        ids.insert(0, str(create(api.key).notification_id))
    for notification_id in ids:
        assert api.post(f"/{notification_id}/read").status_code == 200
    clock(MONDAY)
    return ids


def test_the_same_cursor_within_the_grace_is_the_same_page_and_then_it_is_gone(
    api: Api, read: list[str], clock: Clock
) -> None:
    first = api.get(status="read", limit=2)
    assert [row["notification_id"] for row in first["results"]] == read[:2]
    clock(MONDAY + timedelta(seconds=29))
    assert api.get(status="read", limit=2) == first, "a lost answer loses nothing"
    second = api.get(status="read", limit=2, cursor=first["next"])
    assert [row["notification_id"] for row in second["results"]] == read[2:4]

    clock(MONDAY + timedelta(seconds=30))
    assert api.ids("read", limit=2) == read[2:4], "the first page has left"
    assert api.get(status="read", limit=2, cursor=first["next"]) == second
    third = api.get(status="read", limit=2, cursor=second["next"])
    assert [row["notification_id"] for row in third["results"]] == read[4:]
    assert third["next"] is None


def test_at_a_grace_of_0_a_page_has_left_when_it_is_answered(api: Api, read: list[str], settings: Any) -> None:
    settings.NOTIFICATION_READ_GRACE = 0
    first = api.get(status="read", limit=2)
    second = api.get(status="read", limit=2, cursor=first["next"])
    assert [row["notification_id"] for row in first["results"] + second["results"]] == read[:4]
    assert api.ids("all") == read[4:]
    assert api.ids("read") == read[4:]
    assert (api.ids("read"), api.ids("all")) == ([], [])


def test_other_lists_take_nothing_out(api: Api, read: list[str], clock: Clock) -> None:
    assert api.ids("all") == read
    assert api.ids("unread") == []
    clock(MONDAY + timedelta(days=29))
    assert api.ids("all") == read


def test_statistics_stay_with_the_day_of_creation(api: Api, clock: Clock) -> None:
    clock(MONDAY - timedelta(days=1))
    ids = [create(api.key, priority=priority).notification_id for priority in (1, 2, 3, 4, 5, 5)]
    clock(MONDAY)
    create(api.key, priority=4)
    api.post(f"/{ids[0]}/read")
    api.post(f"/{ids[1]}/read")
    api.delete(ids[2])
    api.delete(ids[1])
    assert api.ids("read") == [str(ids[0])]
    clock(MONDAY + timedelta(minutes=1))
    stats = api.get("/stats", days=2)
    assert stats["unread_count"] == 4
    states = {"read_count": 0, "unread_count": 3, "deleted_count": 2, "auto_deleted_count": 1, "expired_count": 0}
    priorities = dict(zip([f"priority_{n}_count" for n in range(1, 6)], [1, 1, 1, 1, 2], strict=True))
    today, yesterday = stats["results"]
    assert yesterday == {"date": "2026-03-01", "total_count": 6} | states | priorities
    assert (today["date"], today["total_count"], today["unread_count"], today["priority_4_count"]) == (
        "2026-03-02", 1, 1, 1,
    )  # fmt: skip


def test_what_has_expired_is_in_no_list_and_in_no_count_before_any_sweep(api: Api, clock: Clock) -> None:
    clock(MONDAY)
    fresh = create(api.key).notification_id
    old = create(api.key, expires_at=MONDAY + timedelta(hours=1)).notification_id
    assert api.get("/stats")["unread_count"] == 2
    clock(MONDAY + timedelta(hours=1))
    assert api.ids("unread") == api.ids("all") == [str(fresh)]
    assert api.post("/read-all").json() == {"updated_count": 1, "unread_count": 0}
    assert api.post(f"/{old}/read").status_code == 404
    assert (api.day()["expired_count"], api.day()["read_count"]) == (1, 1)


def test_the_sweep_takes_out_what_nobody_asked_for_and_later_the_rows(api: Api, read: list[str], clock: Clock) -> None:
    with on_shard(2):
        clock(MONDAY + timedelta(days=29, hours=23))
        assert sweep() == 0
        clock(MONDAY + timedelta(days=30))
        assert sweep() == 5
        assert set(InappNotification.objects.values_list("deleted_by", flat=True)) == {"auto"}
        assert sweep() == 0
        clock(MONDAY + timedelta(days=121))
        assert sweep() == 5
        assert not InappNotification.objects.exists()
    clock(MONDAY)
    assert api.day()["auto_deleted_count"] == 5


def test_a_deleted_one_is_not_made_again_by_its_event(api: Api, clock: Clock) -> None:
    first = create(api.key)
    assert api.delete(first.notification_id).status_code == 204
    gone = api.delete(first.notification_id)
    assert (gone.status_code, gone.json()["code"]) == (404, "notification_unknown")
    again = create(api.key, source_id=first.source_id)
    assert (again.notification_id, again.created) == (first.notification_id, False)
    assert api.ids("all") == []
    assert api.get("/stats")["unread_count"] == 0


def test_nobody_reaches_another_s(api: Api, make_account: Any, bearer: Any) -> None:
    mine = create(api.key).notification_id
    stranger = Api(api.client, 0, bearer(make_account(shard=2).account_db_key))
    assert stranger.delete(mine).status_code == 404
    assert stranger.post(f"/{mine}/read").status_code == 404
    assert stranger.post("/read-all").json() == {"updated_count": 0, "unread_count": 0}
    assert stranger.ids("all") == []
    assert api.ids("unread") == [str(mine)]


def test_the_check_names_what_is_wrong(api: Api) -> None:
    from notifications.models import InappNotificationCounter, InappNotificationStats

    create(api.key)
    with on_shard(2):
        assert differences() == []
        InappNotificationCounter.objects.update(unread_count=7)
        InappNotificationStats.objects.update(unread_count=0, read_count=1)
        found = [(d.account_db_key, d.column_name, d.counted, d.recounted) for d in differences()]
    assert sorted(found) == [
        (api.key, "read_count", 1, 0),
        (api.key, "unread_count", 0, 1),
        (api.key, "unread_total", 7, 1),
    ]
