"""Sign-up: account, profile, place on a shard and event in one transaction of the global database."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from accounts.exceptions import AccountIdTaken, EmailTaken
from accounts.models import Account, Profile
from accounts.procedures import SignedUp
from accounts.services import account_insert
from shards.exceptions import NoActiveShard, PlacementUnknown
from shards.models import AccountResidence, OutboxSequence, ShardConfig, ShardStats, UniversalOutbox, UserShardMapping
from tests import scratch

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

ALICE = {"account_id": "alice", "password": "correct horse 7", "nickname": "Alice 😀", "email": "alice@example.com"}
WRITTEN = ("table_accountid", "table_user_profiles", "table_user_shard_mapping", "table_shard_stats")
MODELS = (Account, Profile, UserShardMapping, ShardStats)


def insert(name: str, **changes: Any) -> SignedUp:
    values: dict[str, Any] = {"platform_type": 1, "account_id": name, "password_hash": "!", "nickname": name}
    return account_insert(**values | {"email": f"{name}@example.com"} | changes)


def post(client: Client, **changes: Any) -> Any:
    return client.post("/api/v1/auth/signup", ALICE | changes, content_type="application/json")


def counts() -> dict[str, int]:
    events = {"events": UniversalOutbox.objects.using("default").count()}
    events["sequences"] = OutboxSequence.objects.using("default").count()
    return {model.__name__: model.objects.count() for model in MODELS} | events


def test_a_new_user_signs_up(client: Client) -> None:
    answer = post(client)
    account = Account.objects.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {"account_db_key": account.pk, "account_id": "alice", "nickname": "Alice 😀"},
    )
    assert check_password(ALICE["password"], account.password)
    assert account.password.startswith("argon2")
    assert (account.account_status, account.account_level, account.login_count) == ("Normal", 1, 0)
    profile = Profile.objects.get()
    assert (profile.pk, profile.profile_completed, profile.timezone) == (account.pk, False, "Asia/Seoul")
    mapping = UserShardMapping.objects.get()
    assert (mapping.pk, mapping.shard_id) == (account.pk, [1, 2][account.pk % 2])
    assert list(ShardStats.objects.values_list("shard_id", "user_count")) == [(mapping.shard_id, 1)]
    event = UniversalOutbox.objects.using("default").get()
    assert (event.domain, event.partition_key, event.sequence_no) == ("account", str(account.pk), 1)
    assert (event.event_type, event.event_data) == (
        "account.created",
        {"account_db_key": account.pk, "shard_id": mapping.shard_id},
    )
    for alias in ("shard_1", "shard_2"):
        assert not AccountResidence.objects.using(alias).exists(), "a shard that is down delays nobody's sign-up"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"email": "other@example.com"}, "account_id_taken", "account_id"),
        ({"account_id": "ALICE", "email": "other@example.com"}, "account_id_taken", "account_id"),
        ({"account_id": "other"}, "email_taken", "email"),
        ({"account_id": "other", "email": "Alice@Example.com"}, "email_taken", "email"),
    ],
)
def test_an_id_and_an_address_belong_to_one_account(client: Client, changes: Any, code: str, field: str) -> None:
    post(client)
    before = counts()
    answer = post(client, **changes)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (409, code, [field])
    assert counts() == before


def test_one_id_on_two_platforms_is_two_accounts(client: Client) -> None:
    keys = [post(client, platform_type=platform).json()["account_db_key"] for platform in (1, 2)]
    assert len(set(keys)) == 2
    assert [Account.objects.get(pk=key).platform_type for key in keys] == [1, 2]


@pytest.mark.parametrize("password", ["short", "password", "alice@example.com", "12345678"])
def test_an_easy_password_is_refused(client: Client, password: str) -> None:
    answer = post(client, password=password)
    assert (answer.status_code, answer.json()["code"]) == (400, "password_weak")
    assert set(counts().values()) == {0}


@really
def test_the_document_s_examples() -> None:
    """Keys begin at 1000; 1000 % 2 + 1 is shard 1, 1001 % 2 + 1 is shard 2."""
    scratch.execute("default", "ALTER TABLE table_accountid AUTO_INCREMENT = 1000")
    assert [insert(name)[0::3] for name in ("a", "b", "c", "d")] == [(1000, 1), (1001, 2), (1002, 1), (1003, 2)]


def test_the_least_loaded_shard_is_chosen(settings: Any) -> None:
    settings.PLACEMENT = "least_loaded"
    assert [insert(f"u{n}").shard_id for n in range(4)] == [1, 2, 1, 2]
    ShardStats.objects.filter(shard_id=1).update(user_count=10)
    assert [insert(f"v{n}").shard_id for n in range(3)] == [2, 2, 2]
    ShardConfig.objects.filter(shard_id=2).update(status="maintenance")
    assert insert("w").shard_id == 1


@pytest.mark.parametrize("strategy", ["modulo", "least_loaded"])
def test_without_an_active_shard_nobody_signs_up(client: Client, settings: Any, strategy: str) -> None:
    settings.PLACEMENT = strategy
    ShardConfig.objects.filter(shard_id=1).update(status="disabled")
    ShardConfig.objects.filter(shard_id=2).update(status="maintenance")
    answer = post(client)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "no_active_shard", "60")
    with pytest.raises(NoActiveShard):
        insert("bob")


@really
@pytest.mark.parametrize("strategy", ["modulo", "least_loaded"])
def test_a_refused_sign_up_leaves_nothing_half_made(settings: Any, strategy: str) -> None:
    settings.PLACEMENT = strategy
    ShardConfig.objects.update(status="disabled")
    with pytest.raises(NoActiveShard):
        insert("alice")
    settings.PLACEMENT = "random"
    with pytest.raises(PlacementUnknown):
        insert("alice")
    assert set(counts().values()) == {0}
    settings.PLACEMENT = strategy
    ShardConfig.objects.update(status="active")
    assert insert("alice").account_id == "alice"


@really
@pytest.mark.parametrize(("model", "refusal"), [("account_id", AccountIdTaken), ("email", EmailTaken)])
def test_a_duplicate_leaves_nothing_half_made(model: str, refusal: type[Exception]) -> None:
    insert("alice")
    before = counts()
    same = {"account_id": "alice"} if model == "account_id" else {"email": "alice@example.com"}
    with pytest.raises(refusal):
        insert("bob", **same)
    assert counts() == before


@pytest.fixture
def failing(request: pytest.FixtureRequest, platform_state: None) -> Any:
    """Each insert into this table fails."""
    scratch.execute(
        "default",
        f"CREATE TRIGGER tr_fails BEFORE INSERT ON {request.param} FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT = 'forced'",
    )
    drop: Callable[[], Any] = lambda: scratch.execute("default", "DROP TRIGGER IF EXISTS tr_fails")  # noqa: E731
    yield drop
    drop()


@really
@pytest.mark.parametrize("failing", [*WRITTEN, "outbox_sequences", "universal_outbox"], indirect=True)
def test_a_failure_at_any_statement_leaves_nothing_and_the_next_try_succeeds(failing: Callable[[], Any]) -> None:
    from django.db import OperationalError

    with pytest.raises(OperationalError) as raised:
        insert("alice")
    assert raised.value.args == (1644, "forced")
    assert set(counts().values()) == {0}
    failing()
    assert insert("alice").account_id == "alice"
    assert set(counts().values()) == {1}
