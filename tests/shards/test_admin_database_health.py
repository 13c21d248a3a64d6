"""A database's page: its charts of what was kept, and what its server says now."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone

from accounts.models.account import OPERATOR
from shards import errorlog, vitals, vitals_history
from shards.models import DatabaseVitals
from shards.vitals_history import POINTS, course
from tests import scratch

pytestmark = pytest.mark.django_db(databases="__all__")

PAGE = "/admin/shards/shardconfig/health/shard_1/"
Console = Callable[[int], Client]


def kept(alias: str, minutes: float, **figures: object) -> None:
    usual: dict[str, object] = dict.fromkeys(vitals.Vitals._fields, 1) | {"largest": {}}
    DatabaseVitals.objects.create(
        database=alias, at=timezone.now() - timedelta(minutes=minutes), figures=usual | figures if figures else None
    )


def charts(client: Client, url: str = PAGE) -> dict[str, dict[str, list[float | None]]]:
    page = client.get(url)
    assert page.status_code == 200
    return {
        title: {line["label"]: line["data"] for line in json.loads(unescape(data))["datasets"]}
        for title, data in page.context["charts"]
    }


def test_the_job_keeps_a_row_a_minute_of_every_database_and_forgets_a_week_later() -> None:
    kept("shard_1", 7 * 24 * 60 + 1, latency_ms=5)
    assert vitals.observe(vitals_history.record) == {"up": 3, "down": 0}
    assert vitals.observe(vitals_history.record) == {"up": 3, "down": 0}
    rows: dict[str, Any] = {row.database: row.figures for row in DatabaseVitals.objects.all()}
    assert rows.keys() == {"default", "shard_1", "shard_2"}
    assert DatabaseVitals.objects.count() == 3
    assert rows["shard_1"]["bytes"] >= max(rows["shard_1"]["largest"].values()) > 0


def test_a_chart_has_the_worst_of_each_step_what_counters_grew_by_and_gaps() -> None:
    kept("shard_1", 50, latency_ms=2, lock_waits_total=100, largest={"a": 10, "b": 5})
    kept("shard_1", 30.02, latency_ms=3, lock_waits_total=104, largest={"a": 20})
    kept("shard_1", 30.01)
    kept("shard_1", 10, latency_ms=9, lock_waits_total=1, largest={"a": 25, "b": 6})
    kept("shard_2", 10, latency_ms=77)
    kept("shard_1", 61, latency_ms=77)
    past = course("shard_1", timedelta(hours=1))
    assert [latency for latency in past.figures["latency_ms"] if latency is not None] == [2, 3, 9]
    assert [waits for waits in past.figures["lock_waits_total"] if waits is not None] == [4, 0]
    assert [share for share in past.down if share is not None] == [0, 50, 0]
    assert {len(series) for series in past.figures.values()} == {POINTS}
    assert past.grown == {"a": 15, "b": 1}


def test_the_page_draws_them_and_says_what_the_server_says_now(console: Console) -> None:
    client = console(OPERATOR)
    kept("shard_1", 10, latency_ms=9, bytes=5_000_000)
    errorlog.record("shard_1", "fp_x", {}, OperationalError(1366, "Incorrect value"))
    with connections["shard_1"].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM table_signal_alarms FORCE INDEX (PRIMARY) WHERE alarm_id > 0")
    drawn = charts(client)
    assert [size for size in drawn["Size, MB"]["data and indexes"] if size] == [5]
    assert sum(filter(None, drawn["Errors"]["rows of the error log"])) == 1
    page = client.get(PAGE)
    assert page.context["now"].connections > 0
    for name in ("slowest", "tables", "busiest", "idle"):
        assert page.context[name]["rows"], name
    assert page.context["unread"] > 10
    assert client.get(f"{PAGE}?hours=168").context["hours"] == "168"
    assert client.get(PAGE.replace("shard_1", "shard_99")).status_code == 404


@pytest.fixture
def a_dead_shard_9(platform_state: None, django_db_blocker: Any) -> Iterator[None]:
    connections.settings["shard_9"] = connections.settings["shard_2"] | {"PORT": 1}
    with django_db_blocker.unblock():  # Django's tests know no aliases that come later
        yield
    scratch.forget("shard_9")


@pytest.mark.usefixtures("a_dead_shard_9")
def test_a_database_that_does_not_answer_has_its_past(console: Console) -> None:
    client = console(OPERATOR)
    kept("shard_9", 10, latency_ms=9)
    url = PAGE.replace("shard_1", "shard_9")
    assert 9 in charts(client, url)["Latency, ms"]["latency"]
    assert "It does not answer now: Can" in client.get(url).content.decode()


def test_the_start_page_and_the_list_of_shards_lead_there(console: Console) -> None:
    client = console(OPERATOR)
    for url in ("/admin/", "/admin/shards/shardconfig/"):
        assert PAGE in client.get(url).content.decode()


def test_only_operators_see_it(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
