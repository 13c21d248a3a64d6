import threading
from typing import Any

import pytest
from django.db import connections

from shards.operations import install
from shards.procedures import call_shard_procedure
from tests.sql_copy import PROBE, Folder

CALLERS, REPLACEMENTS = 4, 50


@pytest.mark.django_db(databases="__all__")
def test_no_caller_sees_a_routine_missing_while_it_is_replaced(sql: Folder, empty_shard: Any) -> None:
    """Four threads call without a pause while the text is replaced fifty times; each answer is one of the texts.

    With `DROP` and `CREATE` instead of `CREATE OR REPLACE`, and no repeat of 1305 in `procedures._execute`, callers got
    "PROCEDURE does not exist" within the first replacements, on MariaDB as on MySQL.
    """
    install(empty_shard, "shard/probe")
    done = threading.Event()
    answers: list[set[int]] = [set() for _ in range(CALLERS)]
    errors: list[Exception] = []

    def keep_calling(caller: int) -> None:
        try:
            while not done.is_set():
                answers[caller].add(call_shard_procedure(9, "fp_probe")[0][0])
        except Exception as error:  # noqa: BLE001  # the test looks at it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=keep_calling, args=(caller,)) for caller in range(CALLERS)]
    for thread in threads:
        thread.start()
    for number in range(2, REPLACEMENTS + 2):
        sql.write("shard/probe/fp_probe", PROBE.format(answer=number))
        install(empty_shard, "shard/probe")
    done.set()
    for thread in threads:
        thread.join(30)

    assert errors == []
    assert all(len(seen) > 1 for seen in answers), "every caller called before, between and after"
    assert set().union(*answers) <= set(range(1, REPLACEMENTS + 2))
