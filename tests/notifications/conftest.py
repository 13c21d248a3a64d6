"""What the tests of notifications share: making some, reading them, moving the database's clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from accounts.models import Account
from accounts.procedures import SignedUp
from notifications.models import NotificationSettings
from notifications.services import notification_create
from notifications.types import Texts
from shards.fields import new_public_id
from shards.scope import on_shard
from tests.notifications.servers import Mailbox, Web, http, smtp

URL = "/api/v1/notifications"


def create(account_db_key: int, *, type_id: str = "PRICE_ALERT", source_id: UUID | None = None, **more: Any) -> Any:
    return notification_create(
        account_db_key=account_db_key,
        type_id=type_id,
        source_id=source_id or new_public_id(),
        texts=Texts("A title", "A message"),
        **more,
    )


def set_clock(alias: str, at: datetime | None) -> None:
    """What this thread's connection takes for now; None is the truth."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SET timestamp = %s" if at else "SET timestamp = DEFAULT", [at.timestamp()] if at else None)


@pytest.fixture
def clock() -> Iterator[Callable[[datetime | None], None]]:
    """`clock(datetime(...))` on both shards; the truth again after the test."""

    def turn(at: datetime | None) -> None:
        for alias in ("shard_1", "shard_2"):
            set_clock(alias, at)

    yield turn
    turn(None)


class Api:
    """One account's view of its notifications."""

    def __init__(self, client: Client, account_db_key: int, headers: dict[str, str]) -> None:
        self.client, self.key, self.headers = client, account_db_key, headers

    def get(self, path: str = "", **query: Any) -> Any:
        answer = self.client.get(URL + path, query, headers=self.headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str) -> Any:
        return self.client.post(URL + path, headers=self.headers)

    def delete(self, notification_id: Any) -> Any:
        return self.client.delete(f"{URL}/{notification_id}", headers=self.headers)

    def ids(self, status: str, **query: Any) -> list[str]:
        return [row["notification_id"] for row in self.get(status=status, **query)["results"]]

    def day(self) -> dict[str, Any]:
        (row,) = self.get("/stats", days=1)["results"]
        return row


@pytest.fixture
def api(client: Client, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]) -> Api:
    key = make_account(shard=2).account_db_key
    return Api(client, key, bearer(key))


@pytest.fixture
def quick(settings: Any) -> None:
    settings.NOTIFICATION_PROVIDER_SECONDS = 0.5
    settings.NOTIFICATION_COALESCE_SECONDS = 0
    settings.NOTIFICATION_EMAIL_PROVIDERS = []
    settings.NOTIFICATION_SMS_PROVIDERS = []
    settings.NOTIFICATION_PUSH_PROVIDERS = []


@pytest.fixture
def mail(quick: None, settings: Any) -> Iterator[Mailbox]:
    with smtp() as box:
        settings.NOTIFICATION_EMAIL_PROVIDERS = [box.url]
        yield box


@pytest.fixture
def sms(quick: None, settings: Any) -> Iterator[Web]:
    with http() as web:
        settings.NOTIFICATION_SMS_PROVIDERS = [f"json://127.0.0.1:{web.port}/{{to}}?+Idempotency-Key={{key}}"]
        yield web


@pytest.fixture
def user(quick: None, api: Api) -> Api:
    """An account on shard 2 with a verified address and number, who wants SMS too."""
    Account.objects.filter(pk=api.key).update(
        email="verified@example.com", email_verified=True, phone_number="+821012345678", phone_verified=True
    )
    with on_shard(2):
        NotificationSettings.objects.create(account_db_key=api.key, sms_notifications_enabled=True)
    return api


MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
