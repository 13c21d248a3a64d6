"""What the locks and conditions of the routines on alarms and signals are for: each race ends well, and badly without.

One change has been made and is not committed yet; another one comes. `fp_signal_performance_evaluate` judges with one
UPDATE, whose condition on the horizon lets each judgement be made once; `fp_signal_history_insert` is kept from
repeating by the rows' ids, and what is fanned out when by the lock on the progress. The limit of alarms has its race in
test_alarm_limit, two alarms of one symbol in test_alarm_race, the withdrawal in test_withdrawal.
"""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from accounts.procedures import SignedUp
from config.databases import shard_alias
from shards.models import UniversalOutbox
from shards.scope import on_shard
from signals import evaluation, fanout, procedures, scan, services
from signals.exceptions import AlarmUnknown
from signals.models import SignalAlarm, SignalFanout, SignalHistory, SignalRevision
from tests.signals.conftest import CALM, FIRST, Feed, put_bars
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

UNLOCKED = ("       FOR UPDATE;", ";")
Work = Callable[[], Any]
Meet = Callable[[Work, Work], Any]
both = pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "unlocked"])


@pytest.fixture
def key(make_account: Callable[..., SignedUp], feed: Feed) -> int:
    feed(CALM)
    return make_account(shard=1).account_db_key


@pytest.fixture
def alarm_id(key: int) -> UUID:
    return services.alarm_create(account_db_key=key, symbol="TEST").alarm_id


@pytest.fixture
def meet(at_once: Callable[..., list[Any]]) -> Meet:
    """`meet(first, second)`: what the second answers (or raises) that comes while the first is not committed yet."""

    def run(first: Work, second: Work) -> Any:
        is_made = threading.Event()

        def commit_late() -> None:
            with on_shard(1), transaction.atomic(using=shard_alias(1)):
                first()
                is_made.set()
                threading.Event().wait(0.4)

        def come_meanwhile() -> Any:
            assert is_made.wait(30)
            with on_shard(1), transaction.atomic(using=shard_alias(1)):
                return second()

        failed, answer = at_once(lambda work: work(), commit_late, come_meanwhile)
        assert failed is None, failed
        return answer

    return run


def held(name: str, is_locked: bool, *more: tuple[str, str]) -> Any:
    """The routine as it is, or without its lock."""
    return weakened("shard_1", name, *more, *(() if is_locked else (UNLOCKED,)))


# Alarms ---------------------------------------------------------------------------------------------------------------
@both
def test_an_alarm_is_deleted_once(key: int, alarm_id: UUID, meet: Meet, is_locked: bool) -> None:
    """Unlocked, the second is told that it deleted what was not there any more."""

    def delete() -> None:
        procedures.signal_alarm_delete(alarm_id=alarm_id, account_db_key=key)

    with held("fp_signal_alarm_delete", is_locked):
        answer = meet(delete, delete)
    assert isinstance(answer, AlarmUnknown) is is_locked


@both
def test_an_alarm_that_is_being_deleted_is_not_switched_on(
    key: int, alarm_id: UUID, meet: Meet, is_locked: bool
) -> None:
    """Unlocked, a deleted alarm was active again."""
    with held("fp_signal_alarm_update", is_locked):
        answer = meet(
            lambda: procedures.signal_alarm_delete(alarm_id=alarm_id, account_db_key=key),
            lambda: _switch_on(key, alarm_id),
        )
    with on_shard(1):
        alarm = SignalAlarm.objects.get()
    assert (isinstance(answer, AlarmUnknown), alarm.is_active) == (is_locked, not is_locked)
    assert alarm.is_deleted


def _switch_on(key: int, alarm_id: UUID) -> Any:
    unchanged = ("note", "band_window", "band_k", "side", "cooldown", "hysteresis", "expires_on")
    return procedures.signal_alarm_update(
        alarm_id=alarm_id,
        account_db_key=key,
        is_active=True,
        never_expires=False,
        since_session=FIRST,
        **dict.fromkeys(unchanged),
    )


# Fan-out --------------------------------------------------------------------------------------------------------------
@both
def test_two_who_fan_out_at_once_take_turns(
    key: int, alarm_id: UUID, feed: Feed, at_once: Callable[..., list[Any]], is_locked: bool
) -> None:
    """Unlocked, both take the same batch, and one fails on what the other has written."""
    feed([90])
    scan.scan()
    with on_shard(1):
        SignalFanout.objects.create(name="signals")
    insert = "    INSERT INTO table_signal_fanout (name) VALUES ('signals') ON DUPLICATE KEY UPDATE name = 'signals';\n"
    changes = [(" WHERE name = 'signals' FOR UPDATE;", " WHERE name = 'signals' FOR UPDATE;\n    DO SLEEP(0.4);")]
    if not is_locked:
        changes += [(insert, ""), (" FOR UPDATE;", ";")]

    def fan_out(_: int) -> int:
        with on_shard(1):
            return fanout.fan_out()

    with weakened("shard_1", "fp_signal_fanout_lock", *changes):
        answers = at_once(fan_out, 1, 2)
    assert (sorted(map(str, answers)) == ["0", "1"]) is is_locked, answers
    assert any(isinstance(answer, IntegrityError) for answer in answers) is not is_locked
    with on_shard(1):
        assert SignalHistory.objects.count() == 1
        assert UniversalOutbox.objects.filter(event_type="signal.detected").count() == 1


# Judgements -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def fired(key: int, alarm_id: UUID, feed: Feed) -> list[Any]:
    """Sessions of a BUY at 90 and of the four after it, at 100."""
    sessions = feed([90, 100, 100, 100, 100])
    scan.scan()
    fanout.fan_out_all()
    return sessions


@pytest.mark.parametrize("is_conditional", [True, False], ids=["conditional", "unconditional"])
def test_a_judgement_is_made_once(fired: list[Any], meet: Meet, is_conditional: bool) -> None:
    outcome = {"symbol": "TEST", "session": fired[0], "signal_price": "90", "price": "100", "rate": "11.111111"}

    def judge(**more: Any) -> procedures.Evaluated:
        return procedures.signal_performance_evaluate(
            outcomes=[outcome | {"best": None, "worst": None} | more], horizon=1, after_account_db_key=0, limit=10
        )

    change = ("h.horizon = v_before", "h.horizon IN (v_before, p_horizon)")
    with weakened("shard_1", "fp_signal_performance_evaluate", *(() if is_conditional else (change,))):
        answer = meet(judge, lambda: judge(price="99", rate="10.0"))
    assert answer.evaluated == (0 if is_conditional else 1)
    with on_shard(1):
        assert SignalHistory.objects.get().price_after_1d == (100 if is_conditional else 99)


@both
def test_a_judgement_that_comes_while_it_is_corrected_is_kept(
    fired: list[Any], at_once: Callable[..., list[Any]], is_locked: bool
) -> None:
    """Unlocked, what was judged between the copy and the change is replaced and was never kept."""
    with on_shard(1):
        evaluation._evaluate(0, 1)
    put_bars("TEST", {fired[1]: 99})
    is_copied = threading.Event()

    def revise() -> None:
        is_copied.set()
        evaluation.revise_all()

    def judge() -> None:
        assert is_copied.wait(30)
        threading.Event().wait(0.4)  # in the middle of the correction, which lasts a second
        with on_shard(1):
            evaluation._evaluate(1, 3)

    pause = ("    -- A row whose revision", "    DO SLEEP(1);\n    -- A row whose revision")
    with held("fp_signal_performance_revise", is_locked, pause):
        assert at_once(lambda job: job(), revise, judge) == [None, None]
    with on_shard(1):
        row, kept = SignalHistory.objects.get(), SignalRevision.objects.get()
    assert (row.horizon, row.revision, row.price_after_1d, row.price_after_3d) == (3, 1, 99, 100)
    assert (kept.horizon, kept.price_after_1d) == (1, 100)


@both
def test_two_who_correct_a_judgement_correct_it_once(fired: list[Any], meet: Meet, is_locked: bool) -> None:
    """Unlocked, the second fails on the revision that the first has kept."""
    evaluation.evaluate_all()
    put_bars("TEST", {fired[1]: 99})
    outcomes = evaluation._new_outcomes([evaluation.Touched("TEST", fired[0])])

    def revise() -> procedures.Evaluated:
        return procedures.signal_performance_revise(outcomes=outcomes, after_account_db_key=0, limit=10)

    with held("fp_signal_performance_revise", is_locked):
        answer = meet(revise, revise)
    assert isinstance(answer, IntegrityError) is not is_locked, answer
    with on_shard(1):
        assert (SignalHistory.objects.get().revision, SignalRevision.objects.count()) == (1, 1)
