"""What servers say of themselves, as people and Prometheus see it; and that alert rules name figures that exist."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands
from django.db import connections
from django.test import Client
from prometheus_client import REGISTRY

from config.env import BASE_DIR
from shards import vitals, vitals_history

pytestmark = pytest.mark.django_db(databases="__all__")

WORDS = {"predict_linear", "increase", "time", "max", "h", "m", "database", "domain"}


@pytest.fixture
def a_dead_shard_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """For threads that connect from now on."""
    monkeypatch.setitem(connections.settings, "shard_2", connections.settings["shard_2"] | {"PORT": 1})


def test_every_database_tells_how_it_fares(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("shards")
    rows = [re.split(r"\s*│\s*", line.strip("│ \n")) for line in capsys.readouterr().out.splitlines() if "│" in line]
    assert [row[:2] for row in rows] == [["default", "active"], ["shard_1", "active"], ["shard_2", "active"]]
    for row in rows:
        assert 0 < float(row[4]) < 1000
        open_, most = map(int, row[5].split("/"))
        assert 1 <= open_ <= most


def test_the_largest_tables_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("shards", "--tables")
    assert capsys.readouterr().out.count("rows (about)") == 3
    sizes = vitals.ask_all(vitals.tables)["shard_1"]
    assert isinstance(sizes, list)
    totals = [table.data_bytes + table.index_bytes for table in sizes]
    assert totals == sorted(totals, reverse=True)
    assert "table_signal_history" in {table.table for table in sizes}


def test_the_statements_that_took_the_most_time(capsys: pytest.CaptureFixture[str]) -> None:
    with connections["shard_1"].cursor() as cursor:
        cursor.execute("SELECT SLEEP(0.05) AS a_statement_that_takes_its_time")
    call_command("shards", "--slow")
    assert "mean ms" in capsys.readouterr().out
    found = vitals.ask_all(lambda cursor: vitals.slowest(cursor, 1000))["shard_1"]
    assert isinstance(found, list)
    (mine,) = [slow for slow in found if "a_statement_that_takes_its_time" in slow.statement]
    assert mine.mean_ms >= 49


def test_a_dead_shard_is_named_and_the_others_answer(a_dead_shard_2: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("shards")
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "shard_1" in line and "active" in line]
    assert [line for line in lines if "shard_2" in line and "does not answer: Can't connect" in line]


def test_prometheus_sees_who_is_up(a_dead_shard_2: None, client: Client) -> None:
    assert vitals.observe(vitals_history.record) == {"up": 2, "down": 1}
    text = client.get("/metrics").content.decode()
    assert 'database_up{database="shard_1"} 1.0' in text
    assert 'database_up{database="shard_2"} 0.0' in text
    assert re.search(r'^database_connections\{database="default"\} [1-9]', text, re.MULTILINE)


def test_every_alert_names_figures_that_exist_and_a_part_of_the_runbook() -> None:
    rules = Path(BASE_DIR, "alerts.yml").read_text()
    known = {f"{metric.name}_total" if metric.type == "counter" else metric.name for metric in REGISTRY.collect()}
    expressions = re.findall(r"expr: (.*)", rules)
    assert len(expressions) >= 10
    named = {word for text in expressions for word in re.findall(r"[a-z][a-z_]+", text)} - WORDS
    assert named - known == set()
    titles = re.findall(r"^## (.*)", Path(BASE_DIR, "RUNBOOK.md").read_text(), re.MULTILINE)
    anchors = {title.lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"RUNBOOK\.md#([a-z-]+)", rules)) - anchors == set()


def test_every_command_in_the_runbook_exists() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", Path(BASE_DIR, "RUNBOOK.md").read_text()))
    assert named - set(get_commands()) == set()
