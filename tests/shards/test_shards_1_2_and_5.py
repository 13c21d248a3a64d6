"""A shard is a row: any set of positive ids, gaps allowed, without a change of code or a restart."""

import time
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.services import account_insert
from shards import directory
from shards.exceptions import ShardUnavailable
from shards.models import AccountResidence, ShardConfig, ShardStats
from shards.procedures import call_shard_procedure
from shards.scope import current_alias, on_shard
from shards.transactions import provision

pytestmark = pytest.mark.django_db(databases="__all__")

NewShard = Callable[..., ShardConfig]
Passes = Callable[[], None]


def sign_up(name: str) -> tuple[int, int]:
    account = account_insert(
        platform_type=1, account_id=name, password_hash="!", email=f"{name}@example.com", nickname=name
    )
    return account.account_db_key, account.shard_id


def database() -> str:
    with on_shard(5), connections[current_alias()].cursor() as cursor:
        cursor.execute("SELECT DATABASE()")
        return str(cursor.fetchone()[0])


def test_modulo_picks_of_the_sorted_active_ids(new_shard: NewShard, rereader: Passes) -> None:
    new_shard(5, beside="shard_2")
    placed = [sign_up(f"user{n}") for n in range(6)]
    assert [shard_id for _, shard_id in placed] == [[1, 2, 5][key % 3] for key, _ in placed]
    assert sorted(ShardStats.objects.values_list("shard_id", "user_count")) == [(1, 2), (2, 2), (5, 2)]


def test_a_new_row_is_a_shard_that_works(new_shard: NewShard, rereader: Passes, client: Client) -> None:
    assert directory.shard_ids() == [1, 2]
    config = new_shard(5, beside="shard_2")
    rereader()
    assert directory.shard_ids() == [1, 2, 5]
    assert database() == config.database_name
    key = next(key for key, shard_id in (sign_up(f"user{n}") for n in range(3)) if shard_id == 5)
    provision(key)
    call_shard_procedure(5, "fp_account_residence_require", account_db_key=key)
    with on_shard(5):
        assert [row.account_db_key for row in AccountResidence.objects.all()] == [key]
    with on_shard(2):
        assert not AccountResidence.objects.exists()


def test_a_shard_that_was_just_added_or_activated_is_found_by_whoever_needs_it(
    new_shard: NewShard, rereader: Passes
) -> None:
    directory.shard_ids()
    config = new_shard(5, beside="shard_2")
    assert database() == config.database_name, "no interval has passed"
    ShardConfig.objects.filter(shard_id=5).update(status=directory.DISABLED)
    rereader()
    assert directory.served_shard_ids() == [1, 2]
    ShardConfig.objects.filter(shard_id=5).update(status=directory.ACTIVE)
    assert database() == config.database_name


def test_shards_that_there_are_not_cost_a_bounded_number_of_readings(rereader: Passes) -> None:
    def look(*shard_ids: int) -> int:
        with CaptureQueriesContext(connections["default"]) as queries:
            for shard_id in shard_ids:
                with pytest.raises(ShardUnavailable):
                    directory.alias(shard_id)
        return len(queries)

    directory.shard_ids()
    assert look(*[77] * 50) == 1
    assert look(*range(100, 200)) == directory.UNKNOWN - 1
    assert look(77) == 0
    rereader()
    assert look(77, 77) == 1 + 1, "the interval's own, and one for this shard"


def test_threads_that_need_a_new_shard_at_once_share_one_reading(
    new_shard: NewShard, rereader: Passes, monkeypatch: pytest.MonkeyPatch, at_once: Callable[..., list[object]]
) -> None:
    readings = []

    def read_slowly() -> None:
        readings.append(1)
        time.sleep(0.1)

    directory.shard_ids()
    monkeypatch.setattr(directory, "_read", read_slowly)
    answers = at_once(directory.alias, *[77] * 8)
    assert {type(answer) for answer in answers} == {ShardUnavailable}
    assert readings == [1]


def test_an_alias_that_came_later_has_every_key_that_the_others_have(new_shard: NewShard, rereader: Passes) -> None:
    new_shard(5, beside="shard_2")
    rereader()
    directory.alias(5)
    with on_shard(5):
        pass
    assert set(connections.settings["shard_5"]) == set(connections.settings["shard_2"])
    assert connections.settings["shard_5"]["OPTIONS"] == connections.settings["shard_2"]["OPTIONS"]


def test_a_row_changed_with_the_mysql_client_moves_the_shard(new_shard: NewShard, rereader: Passes) -> None:
    before = new_shard(5, beside="shard_2")
    after = new_shard(5, beside="shard_1", name="moved", row=False)
    rereader()
    assert database() == before.database_name
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE table_shard_config SET host = %s, port = %s, database_name = %s WHERE shard_id = 5",
            [after.host, after.port, after.database_name],
        )
    assert database() == before.database_name, "not before the interval has passed"
    old = connections["shard_5"]
    rereader()
    assert database() == after.database_name
    assert old.connection is None, "the connection to the old place is closed"
    assert connections["shard_5"].settings_dict["PORT"] == after.port


def test_a_row_that_is_gone_is_no_shard_any_more(new_shard: NewShard, rereader: Passes) -> None:
    new_shard(5, beside="shard_2")
    rereader()
    assert database()
    old = connections["shard_5"]
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM table_shard_config WHERE shard_id = 5")
    rereader()
    with pytest.raises(ShardUnavailable):
        database()
    assert "shard_5" not in connections.settings
    assert old.connection is None, "this thread's connection is closed"
    assert directory.shard_ids() == [1, 2]


def test_shards_of_the_environment_keep_their_place(rereader: Passes) -> None:
    """The test runner gave them their names; a row that says otherwise changes nothing."""
    before = dict(connections.settings["shard_1"])
    ShardConfig.objects.filter(shard_id=1).update(host="198.51.100.1", port=1, database_name="elsewhere")
    ShardConfig.objects.filter(shard_id=2).delete()
    rereader()
    assert directory.shard_ids() == [1, 2]
    assert connections.settings["shard_1"] == before
    with on_shard(1):
        assert AccountResidence.objects.count() == 0


def test_nothing_is_read_unless_the_re_reader_is_on(new_shard: NewShard, rereader: Passes, settings: object) -> None:
    settings.SHARD_REREAD_SECONDS = 0  # type: ignore[attr-defined]
    new_shard(5, beside="shard_2")
    rereader()
    assert directory.shard_ids() == [1, 2]


def test_what_was_known_stays_while_the_rows_cannot_be_read(
    new_shard: NewShard, rereader: Passes, monkeypatch: pytest.MonkeyPatch, at_once: Callable[..., list[object]]
) -> None:
    config = new_shard(5, beside="shard_2")
    rereader()
    assert database() == config.database_name
    nowhere = connections.settings["default"] | {"PORT": 1}
    monkeypatch.setitem(connections.settings, "default", nowhere)  # for threads that connect from now on
    rereader()
    assert at_once(lambda _: (directory.shard_ids(), database()), None) == [([1, 2, 5], config.database_name)]
