"""`manage.py reconcile`: each difference that a restore leaves is told, nothing is changed unasked, and none is left
after.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils.timezone import now

from accounts.models import AccountErasure
from accounts.procedures import SignedUp
from accounts.profiles import services as profiles
from notifications.models import NotificationSettings
from shards import directory, placement
from shards.models import AccountResidence, OutboxConsumer, OutboxSequence, Restore, ShardConfig, ShardStats
from shards.models import UserShardMapping as Mapping
from shards.outbox.service import consume_all, relay_all
from shards.scope import on_shard
from signals import services as signals
from signals.models import SignalAlarm
from tests import scratch
from tests.signals.conftest import CALM, Feed, feed  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

Make = Callable[..., SignedUp]


def reconcile(capsys: pytest.CaptureFixture[str], *, apply: bool = False) -> list[str]:
    """What it says of each difference; the last line is left out where it says that none is left."""
    capsys.readouterr()
    try:
        call_command("reconcile", apply=apply)
    except CommandError as error:
        return [*capsys.readouterr().out.splitlines(), str(error)]
    lines = capsys.readouterr().out.splitlines()
    assert lines.pop() == "no difference left"
    return lines


def repaired(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What `--apply` says that it repaired; there is no difference afterwards."""
    lines = reconcile(capsys, apply=True)
    assert lines.pop() == "compared again:"
    assert all(line.endswith(" [repaired]") for line in lines)
    return [line.removesuffix(" [repaired]") for line in lines]


def state(shard_id: int, account_db_key: int) -> str:
    with on_shard(shard_id):
        return AccountResidence.objects.get(pk=account_db_key).state


def test_databases_that_agree_have_no_difference(make_account: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make_account(shard=1)
    make_account(shard=2)
    relay_all()
    consume_all()
    assert reconcile(capsys) == []


def test_shard_2_dropped_restored_and_reconciled(
    spare_shard_2: str,
    tmp_path: Path,
    make_account: Make,
    feed: Feed,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    feed(CALM)
    old = make_account(shard=2).account_db_key
    signals.alarm_create(account_db_key=old, symbol="TEST", note="kept")
    make_account(shard=1)
    relay_all()
    consume_all()
    call_command("backup", out=tmp_path, database=["shard_2"])
    new = make_account(shard=2).account_db_key
    profiles.notification_settings_update(account_db_key=old, email_notifications_enabled=False)
    signals.alarm_create(account_db_key=new, symbol="TEST", note="lost")
    relay_all()
    consume_all()
    with on_shard(2):
        assert NotificationSettings.objects.get(pk=old).email_notifications_enabled is False

    ShardConfig.objects.filter(pk=2).update(status="disabled")
    directory.refresh()
    connections["shard_2"].close()
    scratch.execute("shard_2", f"DROP DATABASE {spare_shard_2}")
    call_command("restore", "shard_2", folder=tmp_path)

    expected = [
        f"default: consumers: accounts handles account/{new} from 1 to 1 again, for shard_2",
        f"shard_2: residence: 1 accounts that are mapped here have no row: {new}",
    ]
    told = reconcile(capsys)
    assert set(expected) <= {line.removesuffix(" [would be repaired]") for line in told}
    assert any("shard_2: streams: Redis has more in outbox:shard_2:" in line for line in told)
    assert reconcile(capsys) == told  # it changed nothing
    assert set(expected) <= set(repaired(capsys))
    assert reconcile(capsys) == []

    ShardConfig.objects.filter(pk=2).update(status="active")
    directory.refresh()
    relay_all()
    consume_all()
    assert reconcile(capsys) == []
    with on_shard(2):
        assert NotificationSettings.objects.get(pk=old).email_notifications_enabled is False
        assert [alarm.note for alarm in SignalAlarm.objects.all()] == ["kept"]
    signals.alarm_create(account_db_key=new, symbol="TEST", note="again")
    relay_all()
    consume_all()
    assert reconcile(capsys) == []


def test_keys_that_the_global_database_forgot_are_not_given_again(
    make_account: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    last = make_account(shard=2).account_db_key
    with on_shard(2):
        AccountResidence.objects.create(account_db_key=last + 5)
        AccountResidence.objects.create(account_db_key=last + 6)
    others = f"{last + 5}, {last + 6}"
    assert repaired(capsys) == [
        f"shard_2: residence: 2 accounts live here that the global database does not know: {others}",
        f"default: account keys: the next account would be {last + 1}, but shard_2 has accounts up to {last + 6}",
    ]
    assert state(2, last + 5) == "moved"
    assert make_account().account_db_key == last + 7


def test_a_mapping_from_before_a_move_follows_the_younger_residence(
    make_account: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    key = make_account(shard=1).account_db_key
    with on_shard(2):
        AccountResidence.objects.create(account_db_key=key, epoch=2)
    assert repaired(capsys) == [f"default: mapping: 1 accounts live on shard 2, but are mapped to 1: {key}"]
    assert (Mapping.objects.get(pk=key).shard_id, placement.shard_of(key)) == (2, 2)
    assert (state(1, key), state(2, key)) == ("moved", "active")
    assert dict(ShardStats.objects.values_list("shard_id", "user_count")) == {1: 0, 2: 1}


def test_a_shard_from_before_a_move_gives_way(make_account: Make, capsys: pytest.CaptureFixture[str]) -> None:
    key = make_account(shard=1).account_db_key
    with on_shard(1):
        AccountResidence.objects.filter(pk=key).update(epoch=2)
    with on_shard(2):
        AccountResidence.objects.create(account_db_key=key, epoch=1)
    assert repaired(capsys) == [f"shard_2: residence: 1 accounts live here, but newer on shard 1: {key}"]
    assert (Mapping.objects.get(pk=key).shard_id, state(1, key), state(2, key)) == (1, "active", "moved")


def test_a_mapping_that_is_gone_is_made_anew(make_account: Make, capsys: pytest.CaptureFixture[str]) -> None:
    key = make_account(shard=2).account_db_key
    Mapping.objects.filter(pk=key).delete()
    placement.forget(key)
    assert repaired(capsys) == [f"default: mapping: 1 accounts live on shard 2, but are mapped to None: {key}"]
    assert Mapping.objects.get(pk=key).shard_id == 2


def test_an_account_that_is_active_nowhere_is_active_where_it_is_mapped(
    make_account: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    key = make_account(shard=2).account_db_key
    with on_shard(2):
        AccountResidence.objects.filter(pk=key).update(state="moved")
    assert repaired(capsys) == [
        f"shard_2: residence: 1 accounts that are mapped here are not active here, or elsewhere: {key}"
    ]
    assert state(2, key) == "active"


def test_user_counts_are_counted_again(make_account: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make_account(shard=1)
    ShardStats.objects.filter(pk=1).update(user_count=7)
    assert repaired(capsys) == ["default: user counts: shard 1 has 1 accounts and is said to have 7"]
    assert ShardStats.objects.get(pk=1).user_count == 1


def test_a_counter_that_is_behind_is_raised(make_account: Make, capsys: pytest.CaptureFixture[str]) -> None:
    key = make_account(shard=1).account_db_key
    relay_all()
    consume_all()
    OutboxSequence.objects.using("default").filter(partition_key=key).delete()
    with on_shard(2):
        OutboxConsumer.objects.create(
            consumer="c", domain="market", partition_key="X", sequence_no=3, seen_no=9, updated_at="2024-01-01T00:00Z"
        )
    assert repaired(capsys) == [
        f"default: sequences: account/{key} would give 1 next, but has given all below 2",
        "shard_2: sequences: market/X would give 1 next, but has given all below 10",
    ]
    assert OutboxSequence.objects.using("default").get(partition_key=key).next_sequence == 2


def test_a_database_that_does_not_answer_is_no_agreement(
    make_account: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    connections["shard_2"].close()
    at = connections.settings["shard_2"]
    port, at["PORT"] = at["PORT"], 1
    try:
        lines = reconcile(capsys, apply=True)
    finally:
        connections["shard_2"].close()
        at["PORT"] = port
    assert any(line.startswith("shard_2: residence: could not be compared: ") for line in lines)
    assert lines[-1].startswith("differences: ")


def test_only_an_unreconciled_restore_makes_consumers_begin_again(
    make_account: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    key = make_account(shard=2).account_db_key
    relay_all()
    consume_all()
    with on_shard(2):
        Restore.objects.create(snapshot_at="2024-01-01T00:00Z", restored_at="2024-01-02T00:00Z")
    assert f"default: consumers: accounts handles account/{key} from 1 to 1 again, for shard_2" in repaired(capsys)
    consume_all()
    assert OutboxConsumer.objects.using("default").get(consumer="accounts", partition_key=key).sequence_no == 1
    assert reconcile(capsys) == []


def test_an_erased_account_that_comes_back_with_a_restore_is_erased_again(
    make_account: Make,
    feed: Feed,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    feed(CALM)
    key, other = (make_account(shard=2).account_db_key for _ in range(2))
    for each in (key, other):
        signals.alarm_create(account_db_key=each, symbol="TEST")
    AccountErasure.objects.create(pk=key, requested_at=now(), erased_at=now(), erased_rows={})
    assert reconcile(capsys) == []
    with on_shard(2):
        Restore.objects.create(snapshot_at=now() - timedelta(hours=1), restored_at=now())
    erased = f"shard_2: erased accounts: account {key} was erased and has rows again: table_signal_alarms"
    assert erased in repaired(capsys)
    with on_shard(2):
        assert list(SignalAlarm.objects.values_list("account_db_key", flat=True)) == [other]
