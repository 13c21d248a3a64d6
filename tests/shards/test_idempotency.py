"""A write with an Idempotency-Key: done once, answered with the same bytes, its key in the write's own transaction."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import UserSession
from accounts.procedures import SignedUp
from shards import retention
from shards.exceptions import IdempotencyInFlight, IdempotencyKeyReused
from shards.idempotency import guard as guards
from shards.idempotency import service
from shards.idempotency.guard import STALE_SECONDS, Answered, Key, guard, settle
from shards.models import IdempotencyKey
from shards.placement import on_account
from shards.scope import on_shard
from shards.transactions import in_account_transaction
from signals import procedures, services
from signals.models import SignalAlarm
from tests import explain, scratch
from tests.signals.conftest import CALM, Feed, feed  # noqa: F401  # a fixture
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

ALARMS = "/api/v1/signals/alarms"


@pytest.fixture
def alice(make_account: Callable[..., SignedUp], feed: Feed) -> SignedUp:  # noqa: F811
    feed(CALM)
    return make_account("alice", shard=2)


@pytest.fixture
def post(client: Client, alice: SignedUp, bearer: Callable[[int], dict[str, str]]) -> Callable[..., Any]:
    headers = bearer(alice.account_db_key)

    def send(key: str | None = "one", **body: Any) -> Any:
        keyed = headers if key is None else headers | {"idempotency-key": key}
        return client.post(ALARMS, {"symbol": "TEST"} | body, content_type="application/json", headers=keyed)

    return send


def kept() -> list[IdempotencyKey]:
    return list(IdempotencyKey.objects.using("shard_2"))


def alarms() -> int:
    with on_shard(2):
        return SignalAlarm.objects.count()


def key_of(account: SignedUp, request: bytes = b"1", name: str = "k") -> Key:
    return Key(account.account_db_key, "POST here", name, request * 32)


def guarded(account: SignedUp, **changes: Any) -> Any:
    return guard(key_of(account, **changes), on_account(account.account_db_key))


def watch(account: SignedUp) -> procedures.AlarmRow:
    return services.alarm_create(account_db_key=account.account_db_key, symbol="TEST")


def test_a_repeated_write_is_done_once_and_answered_byte_for_byte(post: Callable[..., Any]) -> None:
    first, second = post(note="a"), post(note="a")
    assert (first.status_code, first["Content-Type"]) == (201, "application/json")
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert first.headers.keys() == second.headers.keys()
    (row,) = kept()
    assert (row.route, row.idempotency_key) == ("POST api/v1/signals/alarms", "one")
    assert (row.response_status, bytes(row.response_body or b"")) == (201, first.content)
    assert alarms() == 1
    assert not IdempotencyKey.objects.using("default").exists()


def test_without_a_key_nothing_is_kept(post: Callable[..., Any]) -> None:
    assert [post(None).status_code for _ in range(2)] == [201, 409]
    assert kept() == []


def test_an_answer_without_a_body_is_repeated_too(
    client: Client, alice: SignedUp, bearer: Callable[[int], dict[str, str]]
) -> None:
    alarm = watch(alice)
    headers = bearer(alice.account_db_key) | {"idempotency-key": "one"}
    answers = [client.delete(f"{ALARMS}/{alarm.alarm_id}", headers=headers) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert "Content-Type" not in answers[0].headers
    assert client.delete(f"{ALARMS}/{alarm.alarm_id}", headers=headers | {"idempotency-key": "2"}).status_code == 404


def test_the_order_of_fields_is_no_difference_and_a_value_is(post: Callable[..., Any]) -> None:
    assert post(note="a", k="1.5").status_code == 201
    assert post(k="1.5", note="a").status_code == 201
    other = post(note="b", k="1.5")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert alarms() == 1


def test_one_key_on_another_object_is_another_request(
    client: Client, alice: SignedUp, bearer: Callable[[int], dict[str, str]]
) -> None:
    headers = bearer(alice.account_db_key) | {"idempotency-key": "one"}
    alarm = watch(alice)
    assert client.delete(f"{ALARMS}/{alarm.alarm_id}", headers=headers).status_code == 204
    other = client.delete(f"{ALARMS}/{alarm.alarm_id.hex[::-1]}"[:60], headers=headers)
    assert other.status_code in (404, 422)


def test_keys_of_two_accounts_do_not_meet(
    post: Callable[..., Any],
    client: Client,
    make_account: Callable[..., SignedUp],
    bearer: Callable[[int], dict[str, str]],
) -> None:
    first = post()
    headers = bearer(make_account("bob", shard=2).account_db_key) | {"idempotency-key": "one"}
    second = client.post(ALARMS, {"symbol": "TEST"}, content_type="application/json", headers=headers)
    assert second.status_code == 201
    assert second.json()["alarm_id"] != first.json()["alarm_id"]


def test_a_refused_write_keeps_nothing_and_may_be_corrected_under_its_key(post: Callable[..., Any]) -> None:
    assert post(k="20").status_code == 400
    assert kept() == []
    assert post(k="1.5").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 129])
def test_a_key_that_is_none_is_refused(post: Callable[..., Any], key: str) -> None:
    answer = post(key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")
    assert alarms() == 0


def test_a_log_out_is_kept_on_the_global_database(
    client: Client, alice: SignedUp, bearer: Callable[[int], dict[str, str]]
) -> None:
    headers = bearer(alice.account_db_key) | {"idempotency-key": "out"}
    assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204
    (row,) = IdempotencyKey.objects.using("default")
    assert (row.route, row.response_status, bytes(row.response_body or b"")) == ("POST api/v1/auth/logout", 204, b"")
    assert UserSession.objects.get().ended_at is not None


def test_write_key_and_answer_are_one_transaction(post: Callable[..., Any], client: Client) -> None:
    """A failure while the answer is written takes the alarm along; the next try makes it."""
    scratch.execute(
        "shard_2",
        "CREATE TRIGGER tr_fails BEFORE UPDATE ON table_idempotency_keys FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT = 'forced'",
    )
    try:
        with pytest.raises(OperationalError, match="forced"):
            post()
        assert (alarms(), kept()) == (0, [])
    finally:
        scratch.execute("shard_2", "DROP TRIGGER tr_fails")
    assert post().status_code == 201
    assert alarms() == 1


def test_the_write_is_not_committed_before_its_answer(alice: SignedUp) -> None:
    with guarded(alice) as write:
        watch(alice)
        beside = scratch.execute("shard_2", "SELECT COUNT(*) FROM table_signal_alarms")
        assert beside == [(0,)]
        write.finish(201, b"{}")
    assert alarms() == 1
    with pytest.raises(Answered) as answered, guarded(alice):
        pytest.fail("it was answered")
    assert (answered.value.status, answered.value.body) == (201, b"{}")


def test_many_at_once_do_it_once(post: Callable[..., Any], alice: SignedUp, at_once: Callable[..., list[Any]]) -> None:
    answers = at_once(lambda _: post(note="x"), *range(8))
    assert {answer.status_code for answer in answers if isinstance(answer, HttpResponse)} <= {201, 409}
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    bodies = {answer.content for answer in answers if answer.status_code == 201}
    assert len(bodies) == 1, "whoever got an answer got the same"
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_in_flight"}
    assert (alarms(), len(kept())) == (1, 1)


def note(account: SignedUp) -> None:
    """Something that may be done twice, so that nothing but the key prevents it."""
    _note(account_db_key=account.account_db_key)


@in_account_transaction
def _note(*, account_db_key: int) -> None:
    with connections["shard_2"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO table_errorlog (procedure_name, error_state, error_no, error_message, create_time)"
            " VALUES ('noted', '', 0, '', UTC_TIMESTAMP(6))"
        )


def noted() -> int:
    return int(scratch.execute("shard_2", "SELECT COUNT(*) FROM table_errorlog WHERE procedure_name = 'noted'")[0][0])


def race(account: SignedUp, at_once: Callable[..., list[Any]]) -> list[Any]:
    def one(_: int) -> str:
        try:
            with guarded(account) as write:
                note(account)
                threading.Event().wait(0.1)
                write.finish(200, b"")
        except Answered:
            return "answered"
        return "done"

    return at_once(one, *range(6))


def test_only_the_unique_key_keeps_a_racing_repetition_from_being_done(
    alice: SignedUp, at_once: Callable[..., list[Any]]
) -> None:
    """All six found no answer when they began. With the unique key dropped (and the routine reading its own row),
    all six are done."""
    assert sorted(race(alice, at_once)) == ["answered"] * 5 + ["done"]
    assert noted() == 1
    constraint = "uq_idempotency_account_route_key"
    empty = "DELETE FROM table_idempotency_keys"
    own = ("idempotency_key = p_idempotency_key", "claim_id = p_claim_id")
    with weakened("shard_2", "fp_idempotency_key_claim", own):
        scratch.execute("shard_2", empty)
        scratch.execute("shard_2", f"ALTER TABLE table_idempotency_keys DROP INDEX {constraint}")
        try:
            race(alice, at_once)
            assert noted() == 7
        finally:
            scratch.execute("shard_2", empty)
            columns = "(account_db_key, route, idempotency_key)"
            scratch.execute(
                "shard_2", f"ALTER TABLE table_idempotency_keys ADD CONSTRAINT {constraint} UNIQUE {columns}"
            )


def test_while_the_first_is_in_flight_the_second_is_told_so(alice: SignedUp, at_once: Callable[..., list[Any]]) -> None:
    begun, told = threading.Event(), threading.Event()

    def ask(which: str) -> Any:
        if which == "first":
            with guarded(alice) as write:
                watch(alice)
                begun.set()
                told.wait(30)
                write.finish(201, b"{}")
            return "done"
        begun.wait(30)
        with connections["shard_2"].cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        try:
            with guarded(alice):
                watch(alice)
        finally:
            told.set()
        return "done twice"

    first, second = at_once(ask, "first", "second")
    assert (first, type(second), second.retry_after) == ("done", IdempotencyInFlight, 1)
    assert alarms() == 1


def test_a_second_unit_of_work_settles_the_first(alice: SignedUp) -> None:
    with guarded(alice) as write:
        watch(alice)
        note(alice)
        assert (alarms_seen_from_outside(), noted()) == (1, 0)
        write.finish(200, b"")
    assert noted() == 1
    assert kept()[0].response_status == 200


def alarms_seen_from_outside() -> int:
    return int(scratch.execute("shard_2", "SELECT COUNT(*) FROM table_signal_alarms")[0][0])


def test_what_was_settled_stays_when_the_rest_is_refused_and_the_key_is_free(alice: SignedUp) -> None:
    def settled_and_refused() -> None:
        with guarded(alice):
            watch(alice)
            settle()
            with pytest.raises(IdempotencyInFlight), guarded(alice):
                note(alice)
            raise LookupError

    with pytest.raises(LookupError):
        settled_and_refused()
    assert (alarms(), noted(), kept()) == (1, 0, [])


def test_a_claim_that_was_cut_off_is_taken_over(alice: SignedUp) -> None:
    with guarded(alice) as write:
        note(alice)
        write.settle()
        guards._current.set(None)
        write.is_claimed = False  # so much for whoever held it: a killed process gives nothing back
    assert [(row.response_status, row.response_body) for row in kept()] == [(None, None)]
    with pytest.raises(IdempotencyInFlight), guarded(alice):
        note(alice)
    IdempotencyKey.objects.using("shard_2").update(claimed_at=timezone.now() - timedelta(seconds=STALE_SECONDS + 1))
    with pytest.raises(IdempotencyKeyReused), guarded(alice, request=b"2"):
        note(alice)
    with guarded(alice) as write:
        note(alice)
        write.finish(200, b"again")
    assert (noted(), bytes(kept()[0].response_body or b"")) == (2, b"again")


def test_a_handler_without_a_unit_of_work_is_kept_too(alice: SignedUp) -> None:
    with guarded(alice) as write:
        write.finish(202, b"accepted")
    with pytest.raises(Answered), guarded(alice):
        pytest.fail("it was answered")


def test_a_task_is_sent_after_the_commit(alice: SignedUp) -> None:
    from accounts.tasks import sessions_seen

    with guarded(alice) as write:
        watch(alice)
        assert alarms_seen_from_outside() == 0
        sessions_seen.delay()
        assert alarms_seen_from_outside() == 1
        write.finish(201, b"")


def test_keys_are_deleted_after_a_day_in_bounded_steps(alice: SignedUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "BATCHES", 2)
    for number in range(6):
        with guarded(alice, name=f"k{number}") as write:
            write.finish(200, b"")
    old = timezone.now() - timedelta(hours=24, seconds=1)
    IdempotencyKey.objects.using("shard_2").exclude(idempotency_key="k5").update(claimed_at=old)
    assert service.expire_all() == {"default": 0, "shard_1": 0, "shard_2": 4}
    assert service.expire_all() == {"default": 0, "shard_1": 0, "shard_2": 1}
    assert [row.idempotency_key for row in kept()] == ["k5"]


def test_the_clean_up_reads_its_index(alice: SignedUp) -> None:
    (plan,) = explain.plan(
        "shard_2",
        "DELETE FROM table_idempotency_keys WHERE claimed_at < UTC_TIMESTAMP(6) - INTERVAL 86400 SECOND"
        " ORDER BY claimed_at LIMIT 1000",
    )
    assert plan["key"] == "ix_idempotency_claimed_at"
