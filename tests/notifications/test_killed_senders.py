"""Senders and givers of notices are killed at each named point: nothing is lost, and nothing comes twice but what went
before its answer was noted, which comes under the same Message-ID and is said in its trace.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from signal import SIGKILL

import pytest
from django.conf import settings as django_settings
from django.db import connections

from accounts.models import Account
from accounts.procedures import SignedUp
from config.databases import to_url
from config.env import BASE_DIR
from notifications.delivery.plan import plan
from notifications.delivery.send import send
from notifications.models import InappNotification, NotificationDelivery, NotificationTrace
from notifications.notices import services
from notifications.notices.services import Segment, Words
from notifications.sweep import differences
from shards.scope import on_shard
from tests.notifications.conftest import create
from tests.notifications.sending import keys
from tests.notifications.servers import Mailbox

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
SEND = "from notifications.delivery.send import send; from shards.scope import on_shard\nwith on_shard(2): send()"
GIVE = "from notifications.notices import services; services.ACCOUNTS = 1; services.run_all()"


def die(point: str, work: str) -> None:
    """The work, in a process of its own on this test's databases, which is killed at the point."""
    urls = {
        "DATABASE_URL" if alias == "default" else f"{alias.upper()}_DATABASE_URL": to_url(connections.settings[alias])
        for alias in ("default", "shard_1", "shard_2")
    }
    environment = {
        "APP_ENV": "test", "DATABASE_PROGRAM": "worker", "LOG_LEVEL": "CRITICAL", "DIE_AT": point,
        "NOTIFICATION_EMAIL_PROVIDERS": " ".join(django_settings.NOTIFICATION_EMAIL_PROVIDERS),
        "NOTIFICATION_COALESCE_SECONDS": "0", "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    died = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{work}"],
        cwd=BASE_DIR, env=os.environ | urls | environment, timeout=90, check=False, capture_output=True,
    )  # fmt: skip
    assert died.returncode == -SIGKILL, died.stderr.decode()[-2000:]


@pytest.fixture
def readers(make_account: Callable[..., SignedUp], mail: Mailbox) -> list[int]:
    """Three accounts on shard 2 with verified addresses and a notification each, decided and due."""
    accounts = [make_account(shard=2).account_db_key for _ in range(3)]
    Account.objects.filter(pk__in=accounts).update(email_verified=True)
    for key in accounts:
        create(key)
    with on_shard(2):
        plan()
        NotificationDelivery.objects.exclude(channel="email").delete()
        NotificationDelivery.objects.update(next_attempt_at="2026-01-01T00:00Z")
    return accounts


def mailed(box: Mailbox) -> Counter[tuple[str, str]]:
    """(address, Message-ID) -> how often it came."""
    return Counter(zip([to[0] for to, _ in box.messages], keys(box), strict=True))


@pytest.mark.parametrize("point", ["deliver.claimed", "deliver.sent", "deliver.sent:3"])
def test_a_killed_sender_loses_nothing_and_repeats_only_under_the_same_id(
    readers: list[int], mail: Mailbox, point: str
) -> None:
    die(point, SEND)
    before = mailed(mail)
    with on_shard(2):
        assert send() == 0, "its lease holds"
        unsettled = set(NotificationDelivery.objects.filter(state="pending").values_list("account_db_key", flat=True))
        NotificationDelivery.objects.filter(state="pending").update(next_attempt_at="2026-01-01T00:00Z")
        assert send() == len(unsettled)
        assert set(NotificationDelivery.objects.values_list("state", flat=True)) == {"sent"}
        said = set(NotificationTrace.objects.filter(decision="repeated").values_list("account_db_key", flat=True))
    after = mailed(mail)
    assert len(after) == 3, "three people, each with one Message-ID"
    assert said == unsettled
    assert sum(after.values()) == sum(before.values()) + len(unsettled)
    assert (len(before), len(unsettled)) == {"deliver.claimed": (0, 3), "deliver.sent:3": (3, 1)}.get(
        point, (len(before), 3)
    )


def test_a_killed_giver_of_a_notice_is_followed_where_it_ended(readers: list[int]) -> None:
    with on_shard(2):
        InappNotification.objects.all().delete()
    for alias in ("shard_1", "shard_2"):
        with connections[alias].cursor() as cursor:
            cursor.execute("DELETE FROM table_inapp_notification_stats")
            cursor.execute("DELETE FROM table_inapp_notification_counters")
    services.notice_schedule(
        type_id="SYSTEM_NOTICE", words=Words("Maintenance", "Tonight.", "점검", "오늘 밤."), segment=Segment(),
        counted=3, wait=timedelta(0), created_by=1,
    )  # fmt: skip
    die("notice.batch:2", GIVE)
    with on_shard(2):
        assert InappNotification.objects.count() < len(readers)
    (shards,) = services.run_all().values()
    assert all(isinstance(made, int) for made in shards.values())
    assert services.run_all() == {}
    with on_shard(2):
        told = list(InappNotification.objects.values_list("account_db_key", flat=True))
        assert sorted(told) == sorted(readers)
        assert differences() == []
