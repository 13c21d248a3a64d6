"""The status of a shard: changed by one routine, obeyed at once, and never to what there is not."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.services import account_insert
from shards import directory, procedures
from shards.exceptions import NoActiveShard, ShardStatusUnknown, ShardUnknown
from shards.models import ShardConfig
from shards.services import shard_status_set
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def as_before(platform_state: None) -> Any:
    yield
    ShardConfig.objects.update(status="active")
    directory.refresh()


def test_the_status_is_obeyed_at_once_and_said_again_changes_nothing() -> None:
    assert [shard.shard_id for shard in procedures.get_active_shard_ids()] == [1, 2]
    assert shard_status_set(shard_id=2, status="maintenance") == [1]
    before = ShardConfig.objects.get(pk=2)
    assert before.status == "maintenance"
    assert shard_status_set(shard_id=2, status="maintenance") == [1]
    assert ShardConfig.objects.get(pk=2).updated_at == before.updated_at
    assert shard_status_set(shard_id=1, status="disabled") == []


def test_what_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(ShardUnknown):
        shard_status_set(shard_id=99, status="active")
    with pytest.raises(ShardStatusUnknown):
        shard_status_set(shard_id=1, status="asleep")


def signed_up_meanwhile(at_once: Callable[..., list[Any]]) -> list[Any]:
    """Both shards are disabled while somebody signs up, slowly, after the shard was chosen."""

    def disable(shard_id: int) -> None:
        shard_status_set(shard_id=shard_id, status="disabled")

    def sign_up(_: int) -> Any:
        return account_insert(platform_type=1, account_id="a", password_hash="!", email="a@example.com", nickname="a")

    works: list[Callable[[], Any]] = [lambda: disable(1), lambda: disable(2), lambda: sign_up(0)]
    return at_once(lambda work: work(), *works)


@really
def test_a_shard_is_not_disabled_under_a_sign_up(at_once: Callable[..., list[Any]]) -> None:
    """Either the sign-up was first, and the disabling waited, or it finds no shard: never an account in between."""
    *_, answer = signed_up_meanwhile(at_once)
    assert isinstance(answer, NoActiveShard) or answer.shard_id in (1, 2)
    assert set(ShardConfig.objects.values_list("status", flat=True)) == {"disabled"}


@really
def test_this_process_obeys_once_it_is_committed() -> None:
    shard_status_set(shard_id=2, status="disabled")
    assert directory.status(2) == "disabled"


@really
def test_two_changes_at_once_are_made_in_turn(at_once: Callable[..., list[Any]]) -> None:
    with weakened(
        "default",
        "fp_update_shard_status",
        ("    IF v_status <> p_status", "    DO SLEEP(0.1);\n    IF v_status <> p_status"),
    ):
        answers = at_once(
            lambda status: shard_status_set(shard_id=2, status=status), "maintenance", "disabled", "active"
        )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert ShardConfig.objects.get(pk=2).status in {"maintenance", "disabled", "active"}
