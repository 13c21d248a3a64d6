"""An effect happens once per event id, whatever is repeated, raced or cut off."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shards.exceptions import AccountNotOnShard
from shards.fields import new_public_id
from shards.models import AccountResidence
from shards.outbox.inbox import once
from shards.outbox.models import OutboxInbox
from shards.outbox.registry import Event
from shards.scope import on_global, on_shard
from shards.transactions import in_account_transaction
from tests.shards.outbox.steps import publish

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")


def event() -> Event:
    return Event("default", new_public_id(), "account", "1", 1, "account.created", 1, "1", {"n": 1}, datetime.now(UTC))


@once("probe")
def residence(event: Event, key: int) -> None:
    AccountResidence.objects.create(account_db_key=key)


@really
def test_an_effect_happens_once_on_each_database() -> None:
    come = event()
    for shard_id in (1, 2):
        with on_shard(shard_id):
            assert [residence(come, 7), residence(come, 8)] == [True, False]
            assert list(AccountResidence.objects.values_list("account_db_key", flat=True)) == [7]
            assert OutboxInbox.objects.get().event_id == come.event_id
            assert residence(event(), 9)
    with on_global():
        assert not OutboxInbox.objects.exists()


@really
def test_an_effect_that_fails_leaves_no_row_and_may_happen_later() -> None:
    come = event()
    with on_shard(1):
        AccountResidence.objects.create(account_db_key=7)
        with pytest.raises(Exception, match="1062"):
            residence(come, 7)
        assert not OutboxInbox.objects.exists()
        assert residence(come, 8)


@really
def test_names_are_apart() -> None:
    @once("another probe")
    def other(event: Event) -> None:
        publish("AAPL")

    come = event()
    with on_shard(1):
        assert residence(come, 7)
        assert [other(come), other(come)] == [True, False]
        assert OutboxInbox.objects.count() == 2


@really
def test_deliveries_at_once_have_one_effect(at_once: Callable[..., list[Any]]) -> None:
    """Without the primary key of outbox_inbox (a plain index in its place) several of the eight happened."""
    come = event()

    def deliver(number: int) -> bool:
        with on_shard(1):
            return residence(come, number + 1)

    assert sorted(at_once(deliver, *range(8))) == [False] * 7 + [True]
    with on_shard(1):
        assert AccountResidence.objects.count() == 1


@really
def test_the_unit_chooses_the_database_of_an_account(make_account: Callable[..., Any]) -> None:
    keys = []

    @once("probe", in_account_transaction)
    def of_account(event: Event, *, account_db_key: int) -> None:
        keys.append(account_db_key)

    account = make_account(shard=2)
    come = event()
    assert of_account(come, account_db_key=account.account_db_key)
    assert not of_account(come, account_db_key=account.account_db_key)
    assert keys == [account.account_db_key]
    with on_shard(2):
        assert OutboxInbox.objects.filter(event_id=come.event_id).count() == 1


@really
def test_a_refusal_leaves_no_inbox_row(make_account: Callable[..., Any]) -> None:
    @once("probe", in_account_transaction)
    def refused(event: Event, *, account_db_key: int) -> None:
        raise AccountNotOnShard

    with pytest.raises(AccountNotOnShard):
        refused(event(), account_db_key=make_account(shard=1).account_db_key)
    with on_shard(1):
        assert not OutboxInbox.objects.exists()
