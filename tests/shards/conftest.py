from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings as live
from django.db import connections

from shards import directory
from shards.models import ShardConfig
from tests import scratch


@pytest.fixture
def rereader(
    settings: Any, monkeypatch: pytest.MonkeyPatch, platform_state: None, django_db_blocker: Any
) -> Iterator[Callable[[], None]]:
    """The re-reader of table_shard_config as production runs it; the callable lets its interval pass."""
    at = connections.settings["shard_2"]
    settings.SHARD_CREDENTIALS = (at["USER"], at["PASSWORD"])
    settings.SHARD_REREAD_SECONDS = 3600
    monkeypatch.setattr(directory, "_directory", directory._Directory())

    def time_passes() -> None:
        directory._directory.read_at = float("-inf")

    with django_db_blocker.unblock():  # Django's tests know no aliases that come later
        yield time_passes
    for name in set(connections.settings) - live.ENVIRONMENT_ALIASES:
        scratch.forget(name)


@pytest.fixture
def new_shard(platform_state: None, django_db_blocker: Any) -> Iterator[Callable[..., ShardConfig]]:
    """`new_shard(5, beside="shard_2")`: an empty shard database and its row; not yet an alias of this process."""
    with ExitStack() as stack:

        def make(shard_id: int, *, beside: str, name: str = "", row: bool = True) -> ShardConfig:
            at = connections.settings[beside]
            config = ShardConfig(
                shard_id=shard_id,
                shard_name=f"finance_shard_{shard_id}",
                host=at["HOST"],
                port=at["PORT"],
                database_name=stack.enter_context(scratch.shard(name or f"shard_{shard_id}", beside=beside)),
            )
            if row:
                config.save()
            return config

        stack.enter_context(django_db_blocker.unblock())
        yield make


@pytest.fixture
def spare_shard_2(platform_state: None, django_db_blocker: Any) -> Iterator[str]:
    """The alias shard_2 on a database that a test may drop; disabled, so that it may be restored; yields its name."""
    at, like = connections.settings["shard_2"], connections.settings["shard_2"]["NAME"]
    with django_db_blocker.unblock(), scratch.shard("spare", beside="shard_2") as name:  # an alias that comes later
        scratch.execute("shard_2", f"INSERT INTO {name}.django_migrations SELECT * FROM {like}.django_migrations")  # noqa: S608
        connections["shard_2"].close()
        at["NAME"] = name
        yield name
        connections["shard_2"].close()
        at["NAME"] = like
