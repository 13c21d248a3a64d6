"""/readyz names every database and Redis, and what is wrong with them; a shard's status says what it is used for."""

from collections.abc import Callable

import orjson
import pytest
from django.test import Client

from accounts.services import account_insert
from shards import directory
from shards.exceptions import ShardUnavailable
from shards.models import ShardConfig
from shards.scope import on_shard

pytestmark = pytest.mark.django_db(databases="__all__")

ALL_OK = dict.fromkeys(("finance_global", "shard_1", "shard_2", "redis", "cache"), "ok")


def ready(client: Client) -> tuple[int, bool, dict[str, str]]:
    answer = client.get("/readyz")
    body = orjson.loads(answer.content)
    return answer.status_code, body["ready"], body["checks"]


def status(shard_id: int, status: str) -> None:
    ShardConfig.objects.filter(shard_id=shard_id).update(status=status)


def test_everything_answers(client: Client) -> None:
    assert ready(client) == (200, True, ALL_OK)


def test_the_process_answers_without_looking(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_a_row_without_credentials_is_named(client: Client, rereader: Callable[[], None], settings: object) -> None:
    settings.SHARD_CREDENTIALS = ("", "")  # type: ignore[attr-defined]
    ShardConfig.objects.create(shard_id=5, shard_name="five", host="127.0.0.1", port=1, database_name="x")
    assert ready(client) == (503, False, ALL_OK | {"shard_5": "no credentials in the environment"})


def test_a_url_without_a_row_is_named(client: Client, rereader: Callable[[], None]) -> None:
    ShardConfig.objects.filter(shard_id=2).delete()
    assert ready(client) == (503, False, ALL_OK | {"shard_2 row": "missing in table_shard_config"})


def test_a_shard_that_cannot_be_reached_is_named(client: Client, rereader: Callable[[], None]) -> None:
    """Nobody listens on port 1."""
    ShardConfig.objects.create(shard_id=5, shard_name="five", host="127.0.0.1", port=1, database_name="x")
    code, is_ready, checks = ready(client)
    assert (code, is_ready) == (503, False)
    assert checks.pop("shard_5").startswith("cannot be reached (2")
    assert checks == ALL_OK


def test_a_disabled_shard_is_left_alone(client: Client, rereader: Callable[[], None]) -> None:
    status(2, "disabled")
    assert ready(client) == (200, True, ALL_OK | {"shard_2": "disabled"})
    with pytest.raises(ShardUnavailable) as refusal, on_shard(2):
        pass
    assert refusal.value.shard_id == 2
    assert directory.shard_ids() == [1, 2]
    assert directory.served_shard_ids() == [1]


def test_a_shard_in_maintenance_serves_but_takes_no_new_account(client: Client, rereader: Callable[[], None]) -> None:
    status(1, "maintenance")
    assert ready(client) == (200, True, ALL_OK | {"shard_1": "maintenance"})
    with on_shard(1):
        pass
    assert directory.served_shard_ids() == [1, 2]
    placed = [
        account_insert(platform_type=1, account_id=f"u{n}", password_hash="!", email=f"u{n}@example.com", nickname="u")
        for n in range(4)
    ]
    assert [account.shard_id for account in placed] == [2, 2, 2, 2]


def test_an_unknown_shard_is_unavailable() -> None:
    with pytest.raises(ShardUnavailable), on_shard(77):
        pass
