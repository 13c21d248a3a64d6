"""Lists as CSV files: what the page shows, of the chosen database, harmless in a spreadsheet."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.db import OperationalError
from django.test import Client

from accounts.models.account import OPERATOR
from shards import errorlog
from shards.admin import export
from shards.admin.export import cell
from shards.admin.model_admin import TableAdmin
from shards.models import UniversalOutbox
from tests.admin_rows import make_row

pytestmark = pytest.mark.django_db(databases="__all__")

Console = Callable[[int], Client]
LOG = "/admin/shards/errorlog/"


def exported(client: Client, url: str) -> list[list[str]]:
    answer: Any = client.get(url, follow=True)
    assert answer.status_code == 200, url
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    assert text[0] == "\ufeff"
    return list(csv.reader(StringIO(text[1:])))


def fail(alias: str, text: str, **arguments: object) -> None:
    errorlog.record(alias, "fp_x", arguments, OperationalError(1366, text))


def test_a_file_has_the_chosen_database_s_rows_as_the_page_shows_them(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 2)
    client = console(OPERATOR)
    for number in range(5):
        fail("shard_1", f"one {number}")
    fail("shard_2", '=HYPERLINK("http://x"), "a", b')
    header, *rows = exported(client, f"{LOG}export/?_database=shard_1")
    assert header == ["Database", "Create time", "Procedure name", "Error no", "Error message", "Request id"]
    assert [[row[0], *row[2:5]] for row in rows] == [["shard_1", "fp_x", "1366", f"one {n}"] for n in range(4, -1, -1)]
    ((alias, _, _, _, text, _),) = exported(client, f"{LOG}export/?_database=shard_2")[1:]
    assert (alias, text) == ("shard_2", '\'=HYPERLINK("http://x"), "a", b')


def test_filters_count_and_no_file_is_longer_than_the_most(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST", 3)
    client = console(OPERATOR)
    for number in range(5):
        fail("shard_1", f"one {number}")
    assert len(exported(client, f"{LOG}export/?_database=shard_1")) == 1 + 3
    make_row(UniversalOutbox, 1)
    for status, rows in (("pending", 1), ("dead_letter", 0)):
        url = f"/admin/shards/universaloutbox/export/?_database=shard_1&status__exact={status}"
        assert len(exported(client, url)) == 1 + rows


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"), ("+1 2", "'+1 2"), ("-cmd", "'-cmd"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("-1.50", "-1.50"), ("+3 %", "+3 %"), ("-12,000", "-12,000"), (None, ""), ("a=b", "a=b"), (True, "True"),
    ],
)  # fmt: skip
def test_a_cell_is_no_formula(value: object, text: str) -> None:
    assert cell(value) == text


def test_every_list_of_a_table_has_a_file_and_a_link_to_it(console: Console) -> None:
    client = console(OPERATOR)
    asked = 0
    for model, model_admin in admin.site._registry.items():
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if isinstance(model_admin, TableAdmin) and client.get(url).status_code == 200:
            assert 'href="export/' in client.get(url).content.decode(), url
            assert exported(client, f"{url}export/")[0][0] == "Database"
            asked += 1
    assert asked > 40


def test_only_operators_get_it(client: Client) -> None:
    assert client.get(f"{LOG}export/").status_code == 302
