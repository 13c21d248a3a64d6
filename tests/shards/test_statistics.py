"""Figures of all shards: gathered side by side with a deadline, and a shard that is missing is never a zero."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.procedures import SignedUp
from shards import directory, tasks
from shards.models import ShardConfig, ShardFigures, ShardStats
from shards.statistics import FIGURES, gathering, rollup
from signals import services as signals
from tests.signals.conftest import CALM, Feed, feed  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def three_accounts(make_account: Callable[..., SignedUp], feed: Feed) -> list[int]:  # noqa: F811
    """One on shard 1, two on shard 2 with an alarm each, one of them switched off."""
    feed(CALM)
    keys = [make_account(shard=shard).account_db_key for shard in (1, 2, 2)]
    for key in keys[1:]:
        alarm = signals.alarm_create(account_db_key=key, symbol="TEST")
    signals.alarm_update(account_db_key=keys[2], alarm_id=alarm.alarm_id, is_active=False)
    return keys


def printed(capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    capsys.readouterr()
    call_command("statistics", **options)
    return capsys.readouterr().out


def test_the_roll_up_is_the_sum_of_what_every_shard_said(
    three_accounts: list[int], capsys: pytest.CaptureFixture
) -> None:
    assert tasks.gather_statistics() == {"1": "gathered", "2": "gathered"}
    kept = rollup.roll_up()
    expected = {"accounts": 3, "alarms": 2, "alarms_switched_on": 1, "signals": 0, "chat_rooms": 0}
    assert expected.items() <= kept.figures.items()
    assert (kept.shards[1]["accounts"], kept.shards[2]["accounts"]) == (1, 2)
    assert kept.figures.keys() == {name for group in FIGURES for name in group.names}
    assert kept.missing == {}
    assert "accounts" in printed(capsys)
    assert printed(capsys, compare=True) == "what is kept is what is\n"


def test_a_missing_shard_keeps_its_last_figures_and_its_label(
    three_accounts: list[int], capsys: pytest.CaptureFixture
) -> None:
    assert rollup.roll_up().missing == {1: "never gathered", 2: "never gathered"}
    rollup.refresh()
    connections["shard_2"].close()
    at = connections.settings["shard_2"]
    port, at["PORT"] = at["PORT"], 1
    try:
        told = rollup.refresh()
        with pytest.raises(CommandError, match=r"not whole:\nshard 2 is missing since .* UTC: .*[Cc]an't connect"):
            call_command("statistics")
        with pytest.raises(CommandError, match="what is kept is not what is"):
            call_command("statistics", compare=True)
    finally:
        connections["shard_2"].close()
        at["PORT"] = port
    assert told["1"] == "gathered"
    assert "onnect" in told["2"]
    assert "shard 2 (missing)" in capsys.readouterr().out
    kept = rollup.roll_up()
    assert (kept.figures["accounts"], list(kept.missing)) == (3, [2])
    since = ShardFigures.objects.get(pk=2).missing_since
    rollup.refresh()
    assert since is not None
    assert rollup.roll_up().missing == {}


def test_a_disabled_shard_is_missing_and_one_that_never_answered_has_no_figures(three_accounts: list[int]) -> None:
    ShardConfig.objects.filter(pk=2).update(status="disabled")
    directory.refresh()
    try:
        assert rollup.refresh() == {"1": "gathered", "2": "disabled"}
    finally:
        ShardConfig.objects.filter(pk=2).update(status="active")
        directory.refresh()
    kept = rollup.roll_up()
    assert (kept.shards[2], kept.gathered_at[2], list(kept.missing)) == ({}, None, [2])


def test_nobody_waits_for_a_shard_longer_than_the_deadline(
    three_accounts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    ask = gathering._ask

    def hang(alias: str, deadline_seconds: float) -> dict[str, int]:
        if alias == "shard_1":
            go_on.wait(90)
        return ask(alias, deadline_seconds)

    monkeypatch.setattr(gathering, "_ask", hang)
    begun = monotonic()
    try:
        answers = gathering.gather(3)
        took = monotonic() - begun
    finally:
        go_on.set()
    assert answers[1] == "no answer within 3 s"
    assert isinstance(answers[2], dict)
    assert took < 60


def test_what_is_kept_can_be_compared_with_what_is(three_accounts: list[int], capsys: pytest.CaptureFixture) -> None:
    rollup.refresh()
    ShardFigures.objects.filter(pk=1).update(figures={"accounts": 7})
    with pytest.raises(CommandError, match="what is kept is not what is"):
        call_command("statistics", compare=True)
    assert "shard 1: accounts is 1, kept is 7\n" in capsys.readouterr().out
    assert printed(capsys, refresh=True)
    assert printed(capsys, compare=True) == "what is kept is what is\n"


def test_the_job_keeps_table_shard_stats_true(three_accounts: list[int]) -> None:
    ShardStats.objects.filter(pk=1).update(user_count=70)
    assert rollup.refresh()["user_counts"] == ["shard 1 has 1 accounts and is said to have 70"]
    assert dict(ShardStats.objects.values_list("shard_id", "user_count")) == {1: 1, 2: 2}
    assert "user_counts" not in rollup.refresh()
