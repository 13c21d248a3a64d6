"""procedures.call: the only CALL in the project."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.db import connections
from prometheus_client import REGISTRY

from shards import procedures
from shards.exceptions import AccountNotProvisioned, ShardNotSelected, ShardUnavailable
from shards.fields import new_public_id
from shards.models import ErrorLog
from shards.procedures import call, call_one, call_shard_procedure
from shards.scope import on_global, on_shard
from tests.sql_copy import Folder

pytestmark = pytest.mark.django_db(databases="__all__")

HEAD = "CREATE PROCEDURE {name}({parameters})\nSQL SECURITY INVOKER\nBEGIN\n{body}\nEND;\n"


class Typed(NamedTuple):
    public_id: UUID
    nothing: UUID | None
    at: datetime
    flag: bool
    data: dict[str, Any]
    items: list[int]
    money: Decimal
    text: str


class Only(NamedTuple):
    n: int


@pytest.fixture
def routine(sql: Folder, empty_shard: Any) -> Any:
    """`routine("p_x INT", "SELECT p_x;")` makes fp_made on shard 9, an empty database."""

    def make(parameters: str, body: str) -> None:
        text = HEAD.format(name="fp_made", parameters=parameters, body=body)
        sql.write("shard/probe/fp_made", text)
        with empty_shard.cursor() as cursor:
            cursor.execute(text.rstrip().removesuffix(";"))

    return make


def count(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0


def test_rows_come_back_typed(routine: Any) -> None:
    routine(
        "IN p_id BINARY(16), IN p_at DATETIME(6), IN p_data JSON, IN p_text VARCHAR(50)",
        "SELECT p_id, NULL, p_at, 1 = 1, p_data, '[1, 2]', CAST('1.5' AS DECIMAL(19, 6)), p_text;",
    )
    public_id, at, text = new_public_id(), datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), "a 'b' \"c\" \\ 😀"
    (row,) = call_shard_procedure(9, "fp_made", Typed, id=public_id, at=at, data={"k": text}, text=text)
    assert row == Typed(public_id, None, at, True, {"k": text}, [1, 2], Decimal("1.500000"), text)
    assert type(row.flag) is bool


def test_plain_tuples_come_back_without_a_type(routine: Any) -> None:
    routine("", "SELECT 1, 'a' UNION ALL SELECT 2, 'b';")
    assert list(call_shard_procedure(9, "fp_made")) == [(1, "a"), (2, "b")]


def test_a_routine_without_a_result_gives_no_rows() -> None:
    with on_shard(1):
        assert list(call("fp_account_provision", account_db_key=1)) == []


def test_further_results_are_drained(routine: Any) -> None:
    routine("", "SELECT 1; SELECT 2; SELECT 3;")
    assert list(call_shard_procedure(9, "fp_made", Only)) == [Only(1)]
    with connections["shard_9"].cursor() as cursor:
        cursor.execute("SELECT 4")
        assert cursor.fetchall() == ((4,),)


def test_a_call_is_one_statement() -> None:
    with on_shard(1), connections["shard_1"].cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Questions'")
        before = int(cursor.fetchone()[1])
        call("fp_account_provision", account_db_key=1)
        cursor.execute("SHOW SESSION STATUS LIKE 'Questions'")
        assert int(cursor.fetchone()[1]) - before == 2, "the call and the second SHOW"


def test_call_one_wants_exactly_one_row(routine: Any) -> None:
    routine("", "SELECT 1 UNION ALL SELECT 2;")
    with on_shard(9), pytest.raises(ValueError, match="too many"):
        call_one("fp_made", Only)


def test_an_unknown_routine_is_refused_before_the_server_is_asked() -> None:
    with on_shard(1), pytest.raises(LookupError, match=r"sql/\*/\*/fp_nowhere\.sql"):
        call("fp_nowhere")


def test_a_global_routine_runs_on_the_global_database_wherever_it_is_called() -> None:
    with on_shard(2):
        assert list(call("fp_user_credentials_get", platform_type=1, account_id="nobody", address="")) == []


def test_a_shard_s_routine_needs_a_shard() -> None:
    with pytest.raises(ShardNotSelected, match="fp_account_provision"):
        call("fp_account_provision", account_db_key=1)
    with on_global(), pytest.raises(ShardNotSelected, match="fp_account_provision"):
        call("fp_account_provision", account_db_key=1)


def test_the_document_s_form_names_the_shard() -> None:
    call_shard_procedure(2, "fp_account_provision", account_db_key=5)
    call_shard_procedure(2, "fp_account_residence_require", account_db_key=5)
    with pytest.raises(AccountNotProvisioned):
        call_shard_procedure(1, "fp_account_residence_require", account_db_key=5)
    with pytest.raises(ShardUnavailable):
        call_shard_procedure(77, "fp_account_provision", account_db_key=5)


def test_a_refusal_is_a_named_exception_counted_and_not_logged() -> None:
    labels = {"routine": "fp_account_residence_require", "code": "account_not_provisioned"}
    before = count("routine_refusals_total", **labels)
    with on_shard(1), pytest.raises(AccountNotProvisioned) as refusal:
        call("fp_account_residence_require", account_db_key=1)
    assert (refusal.value.status, str(refusal.value)) == (503, AccountNotProvisioned.detail)
    assert refusal.value.__cause__.args[0] == 31003
    assert count("routine_refusals_total", **labels) - before == 1
    with on_shard(1):
        assert not ErrorLog.objects.exists()


def test_time_is_counted_by_routine_and_database() -> None:
    labels = {"routine": "fp_account_provision", "database": "shard_2"}
    before = count("routine_seconds_count", **labels)
    call_shard_procedure(2, "fp_account_provision", account_db_key=5)
    assert count("routine_seconds_count", **labels) - before == 1
    assert "routine_seconds_bucket" in {sample.name for m in REGISTRY.collect() for sample in m.samples}


def test_a_routine_that_is_gone_is_called_again_for_a_while(
    routine: Any, monkeypatch: pytest.MonkeyPatch, at_once: Any
) -> None:
    """What happens on MySQL between DROP and CREATE."""
    routine("", "SELECT 1;")
    text = HEAD.format(name="fp_made", parameters="", body="SELECT 2;").rstrip().removesuffix(";")
    with connections["shard_9"].cursor() as cursor:
        cursor.execute("DROP PROCEDURE fp_made")
    slept = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            with connections["shard_9"].cursor() as cursor:
                cursor.execute(text)

    monkeypatch.setattr(time, "sleep", sleep)
    assert call_shard_procedure(9, "fp_made", Only) == [Only(2)]
    assert slept == [procedures.REPEAT_AFTER] * 3
