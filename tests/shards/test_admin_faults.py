"""The error logs of all databases, grouped: one line for a fault, however often and wherever it happens."""

from collections.abc import Callable
from time import monotonic

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models.account import OPERATOR
from shards import errorlog, faults, gate
from shards.faults import fingerprint

pytestmark = pytest.mark.django_db(databases="__all__")

PAGE = "/admin/shards/errorlog/faults/"
Console = Callable[[int], Client]


def fail(alias: str, account: int, text: str) -> None:
    errorlog.record(alias, "fp_signal_alarm_create", {"account_db_key": account}, OperationalError(1366, text))


def test_messages_that_differ_in_values_only_are_one_fault() -> None:
    one = fingerprint("fp_x", 1062, "Duplicate entry '7-AAPL' for key 'uq_alarm'")
    assert one == fingerprint("fp_x", 1062, "Duplicate entry '12-it''s' for key 'uq_alarm'")
    assert one.message == "Duplicate entry … for key …"
    assert one != fingerprint("fp_x", 1062, "Duplicate entry without a key")
    assert one != fingerprint("fp_y", 1062, "Duplicate entry '7-AAPL' for key 'uq_alarm'")
    assert fingerprint("f", 1, "out of range 0xFF at row 3").message == "out of range … at row …"


def test_a_fault_on_two_shards_is_one_line_with_its_accounts(console: Console) -> None:
    client = console(OPERATOR)
    for number in range(5):
        fail("shard_1", 1000 + number, f"Incorrect decimal value: '{number}' at row {number}")
    fail("shard_2", 2000, "Incorrect decimal value: 'x' at row 9")
    fail("default", 1000, "something else")

    other, mine = client.get(PAGE).context["table"]["rows"]

    assert other[0:2] == ["fp_signal_alarm_create", 1366]
    assert other[3:6] == [1, "1 (1000)", "default"]
    assert "Incorrect decimal value: … at row …" in mine[2]
    assert mine[3:6] == [6, "6 (1000, 1001, 1002, …)", "shard_1, shard_2"]
    latest = mine[2].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert "shard_2" in latest
    assert "Incorrect decimal value" in client.get(latest, follow=True).content.decode()


def test_a_quiet_week_says_so_and_a_silent_shard_is_named(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    client = console(OPERATOR)
    monkeypatch.setitem(gate._closed_until, 2, monotonic() + 60)
    text = client.get(f"{PAGE}?days=x").content.decode()
    assert "No routine has failed in this time." in text
    assert "Without shard_2, which cannot be reached." in text


def test_the_page_says_where_it_has_not_read_all(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "READ", 2)
    client = console(OPERATOR)
    for _ in range(2):
        fail("shard_1", 1000, "Incorrect decimal value")
        fail("shard_2", 1000, "Incorrect decimal value")
    assert client.get(PAGE).context["unread"] == []
    fail("shard_2", 1000, "Incorrect decimal value")
    page = client.get(PAGE)
    assert page.context["unread"] == ["shard_2"]
    (row,) = page.context["table"]["rows"]
    assert row[3] == 4
    assert "There are more errors of this time on shard_2" in page.content.decode()


def test_only_operators_see_it(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
