"""A routine that fails leaves one row in `table_errorlog` of its database, whatever its caller does then."""

from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.db import DatabaseError, OperationalError, connections, transaction

from shards import errorlog
from shards.models import AccountResidence, ErrorLog, ShardConfig
from shards.procedures import call, call_shard_procedure
from shards.scope import on_shard
from tests import scratch
from tests.sql_copy import Folder

pytestmark = pytest.mark.django_db(databases="__all__")

FAILS = """\
CREATE PROCEDURE fp_fails(IN p_account_db_key BIGINT UNSIGNED, IN p_password VARCHAR(50), IN p_data JSON)
SQL SECURITY INVOKER
BEGIN
    SELECT {column} FROM table_account_residence;
END;
"""
ARGUMENTS = {
    "account_db_key": 7,
    "password": "hunter2",
    "data": {"email": "a@example.com", "note": "kept", "inner": [{"token": "t", "n": 1, "partition_key": "AAPL"}]},
}
MASKED = {
    "account_db_key": 7,
    "password": "***",
    "data": {"email": "***", "note": "kept", "inner": [{"token": "***", "n": 1, "partition_key": "AAPL"}]},
}


@pytest.fixture
def fails(sql: Folder) -> Any:
    """fp_fails on shard 1; three long names make a message that MESSAGE_TEXT's 128 characters would cut."""
    text = FAILS.format(column=".".join(f"`{letter * 60}`" for letter in "dtc"))
    sql.write("shard/probe/fp_fails", text)
    scratch.execute("shard_1", "DROP PROCEDURE IF EXISTS fp_fails")
    scratch.execute("shard_1", text.rstrip().removesuffix(";"))
    yield
    scratch.execute("shard_1", "DROP PROCEDURE IF EXISTS fp_fails")


def write_and_fail() -> None:
    with on_shard(1), transaction.atomic("shard_1"):
        AccountResidence.objects.create(account_db_key=1)
        call("fp_fails", **ARGUMENTS)


@pytest.mark.usefixtures("fails")
@pytest.mark.django_db(transaction=True, databases="__all__")
def test_the_row_survives_the_caller_s_rollback() -> None:
    with structlog.contextvars.bound_contextvars(request_id="request-1"), pytest.raises(OperationalError) as raised:
        write_and_fail()
    with on_shard(1):
        (row,) = ErrorLog.objects.all()
        assert not AccountResidence.objects.exists()
    assert (row.procedure_name, row.error_no, row.error_state) == ("fp_fails", 1054, "HY000")
    assert row.error_message == raised.value.args[1]
    assert len(row.error_message) > 180
    assert row.param == MASKED
    assert row.request_id == "request-1"
    for alias in ("default", "shard_2"):
        assert not ErrorLog.objects.using(alias).exists()


@pytest.mark.usefixtures("fails")
@pytest.mark.django_db(transaction=True, databases="__all__")  # MySQL drops no routine that an open one has called
def test_each_failure_is_one_row() -> None:
    for _ in range(3):
        with pytest.raises(OperationalError):
            call_shard_procedure(1, "fp_fails", **ARGUMENTS)
    assert ErrorLog.objects.using("shard_1").count() == 3


def test_the_text_is_kept_in_full_and_may_have_no_arguments() -> None:
    text = "x" * 5000 + " 😀"
    errorlog.record("shard_1", "fp_any", {}, DatabaseError(1054, text))
    (row,) = ErrorLog.objects.using("shard_1")
    assert (row.error_message, row.param, row.request_id) == (text, {}, None)


@pytest.mark.parametrize("errno", [2003, 2006, 2013, 4031])
def test_a_lost_connection_goes_to_the_process_log(errno: int, caplog: pytest.LogCaptureFixture) -> None:
    errorlog.record("shard_1", "fp_any", {"password": "p"}, OperationalError(errno, "lost"))
    assert not ErrorLog.objects.using("shard_1").exists()
    (line,) = caplog.records
    assert line.levelname == "ERROR"
    said: dict[str, Any] = line.msg  # type: ignore[assignment]  # structlog's
    expected = {"event": "database_lost", "database": "shard_1", "routine": "fp_any", "errno": errno}
    assert {name: said[name] for name in expected} == expected


@pytest.mark.parametrize("errno", [1213, 1205, 1020, 3572])
def test_what_will_be_tried_again_is_not_logged(errno: int) -> None:
    token = errorlog.will_retry.set(True)
    try:
        errorlog.record("shard_1", "fp_any", {}, OperationalError(errno, "again"))
        assert not ErrorLog.objects.using("shard_1").exists()
        errorlog.record("shard_1", "fp_any", {}, OperationalError(1054, "never again"))
    finally:
        errorlog.will_retry.reset(token)
    errorlog.record("shard_1", "fp_any", {}, OperationalError(errno, "the last try"))
    assert list(ErrorLog.objects.using("shard_1").order_by("idx").values_list("error_no", flat=True)) == [1054, errno]


def test_a_log_that_cannot_be_written_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    errorlog.record("shard_1", "n" * 65, {}, DatabaseError(1054, "text"))
    assert not ErrorLog.objects.using("shard_1").exists()
    assert "error_log_not_written" in caplog.text


@pytest.mark.usefixtures("rereader")
def test_a_shard_that_moved_to_another_server_keeps_its_log_there(
    new_shard: Callable[..., ShardConfig], rereader: Callable[[], None]
) -> None:
    """Two databases of one name on two servers: the log's own connection must follow, too."""
    first = new_shard(5, beside="shard_2", name="twin")
    rereader()
    with on_shard(5):
        errorlog.record("shard_5", "fp_before", {}, DatabaseError(1054, "text"))
    second = new_shard(5, beside="shard_1", name="twin", row=False)
    assert second.database_name == first.database_name
    ShardConfig.objects.filter(shard_id=5).update(host=second.host, port=second.port)
    rereader()
    with on_shard(5):
        errorlog.record("shard_5", "fp_after", {}, DatabaseError(1054, "text"))
        assert [row.procedure_name for row in ErrorLog.objects.all()] == ["fp_after"]
    errorlog._own.copies.pop("shard_5").close()
    assert connections.settings["shard_5"]["PORT"] == second.port
