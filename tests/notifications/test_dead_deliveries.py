"""What was given up can be sent again by an administrator; one that cannot be sent keeps no other; what is old goes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models.account import ADMINISTRATOR, OPERATOR
from notifications.delivery.send import TRIES
from notifications.models import (
    NotificationBudget,
    NotificationDelivery,
    NotificationStamp,
    NotificationTrace,
    NotificationWebhook,
)
from notifications.sweep import sweep
from shards.fields import new_public_id
from shards.models import Retention
from shards.scope import on_shard
from shards.seeds import seed_retention
from tests.admin_rows import NOW
from tests.notifications.conftest import Api, create
from tests.notifications.sending import deliver, states, trace
from tests.notifications.servers import Mailbox

pytestmark = pytest.mark.django_db(databases="__all__")
LIST = "/admin/notifications/notificationdelivery/"


def test_an_administrator_sends_it_again_under_the_same_id(
    user: Api, mail: Mailbox, console: Callable[[int], Any]
) -> None:
    mail.does = "fail"
    made = create(user.key)
    for _ in range(TRIES):
        deliver()
    assert states("email") == ["dead_letter"]
    with on_shard(2):
        dead = NotificationDelivery.objects.get(channel="email")
    page, resend = f"{LIST}{dead.pk}/change/", f"{LIST}{dead.pk}/resend/"
    client = console(OPERATOR)
    client.get(f"{LIST}?_database=shard_2")
    assert "gave_up" in client.get(page).text
    assert "Send again" not in client.get(page).text
    assert client.post(resend).status_code == 403
    client = console(ADMINISTRATOR)
    client.get(f"{LIST}?_database=shard_2")
    assert "Send again" in client.get(page).text
    mail.does = "ok"
    for _ in range(2):  # the second time it is not dead any more
        assert client.post(resend).status_code == 302
    assert "Send again" not in client.get(page).text
    deliver()
    assert [message["Message-ID"].split("@")[0] for _, message in mail.messages] == [f"<{dead.delivery_id}"]
    assert trace(user, made.notification_id, "email")[-3:] == ["sent_again", "provider_taken", "sent"]


def test_one_that_kills_its_sender_each_time_is_given_up(user: Api, mail: Mailbox) -> None:
    made = create(user.key)
    deliver(due=False)
    with on_shard(2):
        NotificationDelivery.objects.filter(channel="email").update(
            state="pending", sent_at=None, attempts=TRIES, is_outcome_open=True
        )
    deliver()
    assert states("email") == ["dead_letter"]
    assert len(mail.messages) == 1
    assert trace(user, made.notification_id, "email")[-1] == "gave_up"


def test_one_that_cannot_be_prepared_does_not_keep_the_others(user: Api, mail: Mailbox) -> None:
    with on_shard(2):
        NotificationWebhook.objects.create(
            webhook_id=new_public_id(), account_db_key=user.key, url="https://8.8.8.8/", secret="no key reads it",
            created_at=NOW,
        )  # fmt: skip
    made = create(user.key)
    deliver()
    assert len(mail.messages) == 1
    assert (states("webhook"), states("email")) == (["pending"], ["sent"])
    assert trace(user, made.notification_id, "webhook") == ["queued", "provider_refused", "will_retry"]


def test_the_digest_lists_a_hundred_long_titles(user: Api, mail: Mailbox, settings: Any) -> None:
    settings.NOTIFICATION_DAILY_BUDGETS = settings.NOTIFICATION_DAILY_BUDGETS | {"email": 0}
    create(user.key)
    with on_shard(2):
        deliver()
        (first,) = NotificationDelivery.objects.filter(channel="email").values()
        row: dict[str, Any] = {name: value for name, value in first.items() if name != "idx"}
        for number in range(99):
            NotificationDelivery.objects.create(
                **row | {"delivery_id": new_public_id(), "title": f"{number:03} " + "긴" * 240}
            )
        NotificationDelivery.objects.filter(state="digest").update(next_attempt_at="2026-01-01T00:00Z")
    deliver()
    ((_, message),) = mail.messages
    lines = message.get_payload(decode=True).decode().split()
    assert [line for line in lines if line.isdecimal()] == [f"{number:03}" for number in range(99)]


def test_what_is_old_is_forgotten_and_nothing_else(user: Api, mail: Mailbox) -> None:
    create(user.key)
    deliver()
    with on_shard(2):
        NotificationStamp.objects.create(source_id=new_public_id(), stamped_at=NOW)
        kept = [model.objects.count() for model in (NotificationDelivery, NotificationTrace, NotificationBudget)]
        assert sweep() == 0
        assert min(kept) > 0
        old = "2026-01-01T00:00Z"
        NotificationDelivery.objects.update(created_at=old)
        NotificationTrace.objects.update(created_at=old)
        NotificationBudget.objects.update(date="2026-01-01")
        NotificationStamp.objects.update(stamped_at=old)
        assert sweep() == sum(kept) + 1
        for model in (NotificationDelivery, NotificationTrace, NotificationBudget, NotificationStamp):
            assert not model.objects.exists()
    assert Retention.objects.get(pk="table_notification_traces").removed_rows == kept[1]


def test_deliveries_stay_as_long_as_operators_say(user: Api, mail: Mailbox) -> None:
    create(user.key)
    deliver()
    seed_retention()
    Retention.objects.filter(pk="table_notification_deliveries").update(keep_days=200)
    with on_shard(2):
        old = datetime.now(UTC) - timedelta(days=150)
        NotificationDelivery.objects.update(created_at=old)
        NotificationTrace.objects.update(created_at=old)
        sweep()
        assert NotificationDelivery.objects.exists()
        assert not NotificationTrace.objects.exists()
