"""Deliveries through real servers that take, fail, hang and answer late: nothing lost, nothing twice, all traceable."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Account
from notifications.delivery import procedures
from notifications.delivery.plan import plan
from notifications.delivery.send import TRIES, Settled, _finish
from notifications.models import NotificationDelivery
from shards.scope import on_shard
from tests.notifications.conftest import Api, create
from tests.notifications.sending import deliver, keys, states, trace, wants
from tests.notifications.servers import Mailbox, Web, free_port, hanging, smtp

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("quick")]


def test_a_mail_goes_once_to_the_verified_address(user: Api, mail: Mailbox) -> None:
    made = create(user.key)
    for _ in range(3):
        deliver()
    ((to, message),) = mail.messages
    assert (to, message["Subject"], message.get_payload().strip()) == (["verified@example.com"], "A title", "A message")
    assert re.fullmatch(r"<[0-9a-f-]{36}@.+>", message["Message-ID"])
    assert trace(user, made.notification_id, "email") == ["queued", "provider_taken", "sent"]
    assert trace(user, made.notification_id, "sms") == ["no_provider"]
    assert trace(user, made.notification_id, "webhook") == ["no_webhook"]


def test_nothing_goes_to_what_is_not_verified(user: Api, mail: Mailbox, sms: Web) -> None:
    Account.objects.filter(pk=user.key).update(email_verified=False, phone_verified=False)
    made = create(user.key)
    deliver()
    assert (mail.messages, sms.requests) == ([], [])
    assert trace(user, made.notification_id, "email") == ["queued", "no_verified_address"]
    assert (states("email"), states("sms")) == (["skipped"], ["skipped"])


@pytest.mark.parametrize("first", ["fails", "is down", "hangs"])
def test_the_next_provider_takes_over(user: Api, mail: Mailbox, settings: Any, first: str) -> None:
    with smtp() as failing, hanging() as silent:
        failing.does = "fail"
        address = {"fails": failing.url, "is down": f"smtp://127.0.0.1:{free_port()}", "hangs": f"smtp://{silent}"}
        settings.NOTIFICATION_EMAIL_PROVIDERS = [address[first], mail.url]
        made = create(user.key)
        deliver()
        assert failing.messages == []
    assert len(mail.messages) == 1
    assert trace(user, made.notification_id, "email") == ["queued", "provider_refused", "provider_taken", "sent"]


def test_after_a_lost_answer_it_goes_again_under_the_same_message_id(user: Api, mail: Mailbox, settings: Any) -> None:
    with smtp() as other:
        settings.NOTIFICATION_EMAIL_PROVIDERS = [mail.url, other.url]
        mail.does = "late"
        made = create(user.key)
        deliver()
        mail.does = "ok"
        deliver()
        deliver()
        assert other.messages == [], "who may have it is asked again, not somebody else"
    first, second = keys(mail)
    assert first == second
    assert trace(user, made.notification_id, "email") == [
        "queued", "provider_unknown", "answer_lost", "repeated", "provider_taken", "sent",
    ]  # fmt: skip


def test_a_killed_sender_is_followed_when_its_lease_ends_and_has_no_say_any_more(user: Api, mail: Mailbox) -> None:
    made = create(user.key)
    with on_shard(2):
        plan()
        (killed,) = procedures.notification_delivery_claim(limit=10, lease_seconds=60)
    deliver(due=False)
    assert mail.messages == [], "its lease holds"
    deliver()
    assert len(mail.messages) == 1
    with on_shard(2):
        _finish(killed, Settled("dead_letter", "gave_up"))
    assert states("email") == ["sent"]
    assert trace(user, made.notification_id, "email") == ["queued", "repeated", "provider_taken", "sent"]


def test_what_nobody_takes_is_a_dead_letter_in_the_end(user: Api, mail: Mailbox) -> None:
    mail.does = "fail"
    made = create(user.key)
    for _ in range(TRIES + 2):
        deliver()
    assert states("email") == ["dead_letter"]
    decisions = trace(user, made.notification_id, "email")
    assert decisions == ["queued", *["provider_refused", "will_retry"] * (TRIES - 1), "provider_refused", "gave_up"]


@pytest.mark.parametrize(
    ("does", "decisions"),
    [
        ("ok", ["queued", "provider_taken", "sent"]),
        ("fail", ["queued", "provider_refused", "will_retry"]),
        ("late", ["queued", "provider_unknown", "answer_lost"]),
    ],
)
def test_an_sms_s_provider_says_yes_no_or_nothing(user: Api, sms: Web, does: str, decisions: list[str]) -> None:
    sms.does = does
    made = create(user.key)
    deliver()
    assert trace(user, made.notification_id, "sms") == decisions
    ((path, headers, body),) = sms.requests
    assert path.endswith("821012345678")
    with on_shard(2):
        delivery = NotificationDelivery.objects.get(channel="sms")
    assert headers["Idempotency-Key"] == str(delivery.delivery_id)
    assert b"A message" in body


def test_reading_it_in_the_app_cancels_a_waiting_sms_but_no_urgent_one(user: Api, sms: Web, settings: Any) -> None:
    settings.NOTIFICATION_COALESCE_SECONDS = 30
    made = create(user.key)
    urgent = create(user.key, type_id="ACCOUNT_SECURITY", priority=1)
    deliver(due=False)
    assert len(sms.requests) == 1, "the urgent one waits for nothing"
    user.post("/read-all")
    deliver()
    assert len(sms.requests) == 1
    assert trace(user, made.notification_id, "sms") == ["queued", "read_in_app"]
    assert trace(user, urgent.notification_id, "sms") == ["queued", "provider_taken", "sent"]


def test_a_burst_is_one_mail_with_a_count(user: Api, mail: Mailbox, settings: Any) -> None:
    settings.NOTIFICATION_COALESCE_SECONDS = 30
    first = create(user.key)
    with on_shard(2):
        plan()
    others = [create(user.key) for _ in range(3)]
    create(user.key, type_id="TRADE_COMPLETE")
    deliver()
    subjects = [str(make_header(decode_header(message["Subject"]))) for _, message in mail.messages]
    assert sorted(subjects) == ["A title", "A title 외 3건"]
    assert states("email") == ["sent", "coalesced", "coalesced", "coalesced", "sent"]
    assert trace(user, first.notification_id, "email") == ["queued", "provider_taken", "sent"]
    assert trace(user, others[0].notification_id, "email") == ["coalesced", "provider_taken", "sent"]


def test_a_burst_is_not_lost_with_its_first(user: Api, sms: Web, settings: Any) -> None:
    """The first was read, and would be stale; the others are neither."""
    settings.NOTIFICATION_COALESCE_SECONDS = 30
    first = create(user.key)
    deliver(due=False)
    with on_shard(2):
        NotificationDelivery.objects.update(expires_at="2026-01-01T00:00Z")
    user.post(f"/{first.notification_id}/read")
    second = create(user.key)
    deliver()
    assert len(sms.requests) == 1
    assert states("sms") == ["sent", "coalesced"]
    assert trace(user, second.notification_id, "sms") == ["coalesced", "provider_taken", "sent"]


def test_what_is_over_the_day_s_budget_comes_as_one_digest(user: Api, mail: Mailbox, settings: Any) -> None:
    settings.NOTIFICATION_DAILY_BUDGETS = settings.NOTIFICATION_DAILY_BUDGETS | {"email": 1}
    wants(user, language="ko")
    made = []
    for number in range(4):
        made.append(create(user.key))
        deliver()
        assert len(mail.messages) == 1, number
    urgent = create(user.key, type_id="ACCOUNT_SECURITY", priority=1)
    deliver()
    assert len(mail.messages) == 2, "an urgent one has no budget"
    assert trace(user, made[2].notification_id, "email") == ["queued", "over_budget"]
    with on_shard(2):
        NotificationDelivery.objects.filter(state="digest").update(next_attempt_at="2026-01-01T00:00Z")
    deliver()
    subject = mail.messages[2][1]["Subject"]
    assert str(make_header(decode_header(subject))) == "알림 3건"
    assert trace(user, made[2].notification_id, "email")[:3] == ["queued", "over_budget", "in_digest"]
    assert trace(user, urgent.notification_id, "email") == ["queued", "provider_taken", "sent"]
    deliver()
    assert len(mail.messages) == 3


def test_quiet_hours_hold_it_and_stale_ones_expire(user: Api, mail: Mailbox) -> None:
    local = datetime.now(ZoneInfo("Asia/Seoul"))
    around = {"quiet_from": (local - timedelta(hours=1)).time(), "quiet_until": (local + timedelta(hours=1)).time()}
    wants(user, timezone="Asia/Seoul", **around)
    held = create(user.key)
    deliver()
    deliver()
    assert mail.messages == []
    assert trace(user, held.notification_id, "email") == ["queued", "quiet_hours", "quiet_hours"]
    with on_shard(2):
        row = NotificationDelivery.objects.get(channel="email")
        assert (row.attempts, row.is_outcome_open) == (0, False)
        NotificationDelivery.objects.update(expires_at="2026-01-01T00:00Z")
    deliver()
    assert trace(user, held.notification_id, "email")[-1] == "expired"
    assert states("email") == ["expired"]


def test_two_planners_and_two_senders_make_and_send_one(user: Api, mail: Mailbox) -> None:
    create(user.key)
    with on_shard(2):
        rows = procedures.notification_delivery_undecided(limit=10)
        assert plan() == 1
        again = procedures.notification_delivery_decide(ids=[rows[0].idx], deliveries=[], grown=[], traces=[])
        assert again == 0
        assert plan() == 0
    deliver()
    assert len(mail.messages) == 1


def test_another_account_s_trace_is_nobody_s_business(user: Api, make_account: Callable[..., Any], bearer: Any) -> None:
    made = create(user.key)
    stranger = bearer(make_account(shard=2).account_db_key)
    answer = user.client.get(f"/api/v1/notifications/{made.notification_id}/trace", headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_unknown")
