"""The shard picker: what is chosen is what every shard model's pages show."""

from time import monotonic
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models.account import OPERATOR
from config.databases import GLOBAL
from shards import directory, errorlog, gate
from shards.admin.columns import page_url
from shards.admin.model_admin import TableAdmin
from shards.models import ErrorLog, OutboxEvent
from shards.scope import on_shard
from signals.admin.alarms import SignalAlarmAdmin
from signals.models import MarketSymbol, SignalAlarm, SignalHistory
from tests.admin_rows import COLUMNS, make_row

pytestmark = pytest.mark.django_db(databases="__all__")

ALARMS = page_url(SignalAlarm, "changelist")


@pytest.fixture
def operator(console: Any) -> Client:
    return console(OPERATOR)


def alarm_on(shard_id: int, symbol: str) -> SignalAlarm:
    with on_shard(shard_id):
        return SignalAlarm.objects.create(**COLUMNS[SignalAlarm](shard_id) | {"symbol": symbol})


def pick(client: Client, alias: str, back: str = ALARMS) -> Any:
    return client.post("/admin/shards/shardconfig/pick/", {"database": alias, "next": back})


def symbols(answer: Any) -> list[str]:
    return [alarm.symbol for alarm in answer.context["cl"].result_list]


def picked(answer: Any) -> str:
    return answer.context["picker"]["chosen"]


def test_the_list_shows_the_chosen_shard_and_remembers_it(operator: Client) -> None:
    alarm_on(1, "ONE")
    alarm_on(2, "TWO")

    assert symbols(operator.get(ALARMS)) == ["ONE"]
    assert pick(operator, "shard_2").url == ALARMS
    assert symbols(operator.get(ALARMS)) == ["TWO"]
    assert symbols(operator.get(ALARMS)) == ["TWO"]


def test_a_row_of_one_shard_is_not_on_another(operator: Client) -> None:
    url = page_url(SignalAlarm, "change", alarm_on(2, "TWO").pk)

    assert operator.get(url).status_code == 302  # to the index, with Django's message
    pick(operator, "shard_2")
    assert "TWO" in operator.get(url).text


def test_picking_on_a_rows_page_goes_to_the_list(operator: Client) -> None:
    answer = operator.get(page_url(SignalAlarm, "change", alarm_on(1, "ONE").pk))
    assert answer.context["picker"]["next"] == ALARMS


def test_picking_keeps_the_search_and_leaves_the_page_number(operator: Client) -> None:
    answer = operator.get(ALARMS, {"q": "ONE", "p": "1"})
    assert answer.context["picker"]["next"] == f"{ALARMS}?q=ONE"


def test_a_link_may_choose_the_shard(operator: Client) -> None:
    alarm_on(2, "TWO")
    answer = operator.get(ALARMS, {"_database": "shard_2", "q": "TWO"})
    assert answer.headers["Location"] == f"{ALARMS}?q=TWO"
    assert symbols(operator.get(ALARMS, {"q": "TWO"})) == ["TWO"]


def test_what_is_no_database_is_not_chosen(operator: Client) -> None:
    pick(operator, "shard_2")
    pick(operator, "shard_77")
    assert picked(operator.get(ALARMS)) == "shard_2"


def test_the_picker_sends_nobody_to_another_site(operator: Client) -> None:
    assert pick(operator, "shard_1", back="https://elsewhere.example/").url == "/admin/"


def test_only_who_may_open_the_admin_picks(client: Client) -> None:
    assert pick(client, "shard_2").url.startswith("/admin/login/")
    assert "database" not in client.session


def test_the_error_log_and_the_outbox_are_on_the_global_database_too(operator: Client) -> None:
    errorlog.record(GLOBAL, "fp_global", {}, OperationalError(1064, "global"))
    errorlog.record("shard_2", "fp_shard", {}, OperationalError(1064, "shard"))
    pick(operator, "shard_2")
    pick(operator, "default")

    found = operator.get(page_url(ErrorLog, "changelist"))
    assert [row.procedure_name for row in found.context["cl"].result_list] == ["fp_global"]
    assert [choice.alias for choice in found.context["picker"]["choices"]] == ["default", "shard_1", "shard_2"]
    assert picked(operator.get(page_url(OutboxEvent, "changelist"))) == "default"
    # A model that the global database does not have stays with the last shard.
    assert picked(operator.get(ALARMS)) == "shard_2"


def test_the_picker_is_on_pages_of_global_models(operator: Client) -> None:
    for url in ("/admin/", page_url(MarketSymbol, "changelist")):
        assert 'id="shard-picker"' in operator.get(url).text


def test_a_shard_that_is_down_says_so_and_the_others_go_on(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    alarm_on(1, "ONE")
    pick(operator, "shard_2")
    with monkeypatch.context() as now:
        now.setitem(gate._closed_until, 2, monotonic() + 60)
        down, overview = operator.get(ALARMS), operator.get("/admin/")

    assert (down.status_code, picked(down)) == (503, "shard_2")
    assert "Shard 2 cannot be reached" in down.text
    assert "unreachable" in overview.text
    pick(operator, "shard_1")
    assert symbols(operator.get(ALARMS)) == ["ONE"]


@pytest.mark.parametrize("page", ["changelist", "change"])
def test_a_shard_lost_in_the_middle_of_a_page(page: str, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*args: Any) -> None:
        raise OperationalError(2013, "Lost connection")

    monkeypatch.setattr(SignalAlarmAdmin, "state", lose)  # asked for while the template is rendered
    alarm = alarm_on(1, "ONE")
    url = page_url(SignalAlarm, page, *([alarm.pk] if page == "change" else []))
    answer = operator.get(url)
    assert answer.status_code == 503
    assert "Shard 1 cannot be reached" in answer.text


def test_a_disabled_shard_says_that_it_is(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = directory.Row(shard_id=2, host="h", port=1, database_name="d", status=directory.DISABLED)
    pick(operator, "shard_2")
    with monkeypatch.context() as now:
        now.setitem(directory._directory.rows, 2, row)
        answer = operator.get(ALARMS)
    assert answer.status_code == 503
    assert "Shard 2 is disabled" in answer.text
    assert "Shard 2 (disabled)" in answer.text


def test_without_any_shard_there_is_a_page_still(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as now:
        now.setattr(directory, "shard_ids", list)
        answer = operator.get(ALARMS)
    assert answer.status_code == 503
    assert "There is no shard" in answer.text


def test_the_second_page_follows_without_a_count(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TableAdmin, "list_per_page", 2)
    for symbol in ("A", "B", "C"):
        alarm_on(1, symbol)

    first, second, third = (operator.get(ALARMS, {"p": page}) for page in (1, 2, 3))
    assert [symbols(answer) for answer in (first, second, third)] == [["C", "B"], ["A"], []]
    assert 'href="?p=2"' in first.text
    assert 'href="?p=3"' not in second.text


def test_the_pages_of_signals_are_in_the_order_of_an_index(operator: Client) -> None:
    for query in ({}, {"judged": "no"}, {"judged": "yes"}, {"q": "5001"}):
        queryset = operator.get(page_url(SignalHistory, "changelist"), query).context["cl"].queryset
        with on_shard(1):
            assert "filesort" not in queryset[:50].explain(), query


@pytest.mark.parametrize(
    ("term", "found"),
    [("5001", ["AAPL"]), ("aapl", ["AAPL"]), ("AAP", []), ("5002", []), ("6" * 40, []), (" ", ["AAPL"])],
)
def test_a_search_asks_one_column_for_the_whole_term(term: str, found: list[str], operator: Client) -> None:
    alarm = make_row(SignalAlarm, 1)
    assert symbols(operator.get(ALARMS, {"q": term})) == found
    assert symbols(operator.get(ALARMS, {"q": str(alarm.pk)})) == ["AAPL"]
