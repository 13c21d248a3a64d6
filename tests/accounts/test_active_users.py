"""Active users of each shard are counted from sessions that were used lately."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import UserSession
from accounts.procedures import SignedUp
from accounts.sessions import ACTIVE_MINUTES, count_seen
from shards.models import ShardStats

pytestmark = pytest.mark.django_db(databases="__all__")


def active() -> dict[int, int]:
    count_seen()
    return dict(ShardStats.objects.values_list("shard_id", "active_users"))


def test_who_was_seen_lately_is_counted_once_on_the_account_s_shard(
    make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]
) -> None:
    here, there = make_account(shard=1).account_db_key, make_account(shard=2).account_db_key
    assert active() == {1: 0, 2: 0}
    for key in (here, there):
        bearer(key)
    assert active() == {1: 1, 2: 1}
    long_ago = timezone.now() - timedelta(minutes=ACTIVE_MINUTES + 1)
    UserSession.objects.filter(account=there).update(last_seen=long_ago)
    assert active() == {1: 1, 2: 0}
    UserSession.objects.filter(account=here).update(ended_at=timezone.now())
    assert active() == {1: 0, 2: 0}
