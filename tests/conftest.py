"""Fixtures of the whole suite: real database servers and Redis, made by `python -m config.stack up --name test`.

Several runs share those servers when each has a TEST_DATABASE_SUFFIX of its own: it names the test databases and
chooses the number of the Redis database.
"""

import os
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from accounts import plans
from accounts import procedures as accounts
from accounts.services import account_insert
from accounts.sessions import hash_token, remember
from config.databases import shard_id_of
from config.env import APP_ENV
from config.redis import sessions as redis
from shards import gate, placement
from shards.models import ErrorLog, ShardConfig
from shards.transactions import provision
from tests import scratch
from tests.sql_copy import sql  # noqa: F401  # a fixture

if APP_ENV != "test":  # pytest-django has read the settings already, so it cannot be set here
    pytest.exit("the suite runs with APP_ENV=test in the environment; `make test` sets it", returncode=2)

SHARDS = (1, 2)
SUFFIX = os.environ.get("TEST_DATABASE_SUFFIX", "")

if SUFFIX:  # before the first client is made; subprocesses get the same through the environment
    number = zlib.crc32(SUFFIX.encode()) % 15 + 1  # 0 is for runs without a suffix
    for name in ("REDIS_URL", "CACHE_URL"):
        os.environ[name] = f"{os.environ[name].rpartition('/')[0]}/{number}"
    settings.REDIS_URL = settings.CELERY_BROKER_URL = os.environ["REDIS_URL"]
    settings.CACHES["default"]["LOCATION"] = os.environ["CACHE_URL"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    for alias in settings.ENVIRONMENT_ALIASES if SUFFIX else ():
        at = connections.settings[alias]
        at["TEST"]["NAME"] = f"test_{at['NAME']}_{SUFFIX}"


@pytest.fixture(autouse=True)
def platform_state(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each database test begins with two active shards, the plans, empty Redis servers and nothing remembered."""
    if request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("transactional_db" if _is_transactional(request) else "db")
    for shard_id in SHARDS:
        at = connections.settings[f"shard_{shard_id}"]
        ShardConfig.objects.get_or_create(
            shard_id=shard_id,
            defaults={
                "shard_name": f"finance_shard_{shard_id}",
                "host": at["HOST"],
                "port": at["PORT"],
                "database_name": at["NAME"],
            },
        )
    plans.seed_plans()
    redis().flushdb()
    cache.clear()
    plans._remembered.clear()
    placement._remembered.clear()
    gate._closed_until.clear()
    yield
    for alias in settings.ENVIRONMENT_ALIASES:
        _empty_error_log(alias)


@pytest.fixture
def make_account(platform_state: None) -> Callable[..., accounts.SignedUp]:
    """Signs an account up on the shard that is asked for (any, by default) and provisions it there."""
    names = iter(range(1, 10_000))

    def make(name: str | None = None, *, shard: int | None = None) -> accounts.SignedUp:
        others = [shard_id for shard_id in SHARDS if shard not in (None, shard_id)]
        ShardConfig.objects.filter(shard_id__in=others).update(status=ShardConfig.Status.DISABLED)
        account_id = name or f"user{next(names)}"
        account = account_insert(
            platform_type=1,
            account_id=account_id,
            password_hash="!",
            email=f"{account_id}@example.com",
            nickname=account_id.capitalize(),
        )
        ShardConfig.objects.filter(shard_id__in=others).update(status=ShardConfig.Status.ACTIVE)
        provision(account.account_db_key)
        return account

    return make


@pytest.fixture
def bearer() -> Callable[[int], dict[str, str]]:
    """Headers of a logged-in account, for Django's test client: `client.get(url, headers=bearer(key))`."""

    def headers(account_db_key: int) -> dict[str, str]:
        from accounts.models import Account
        from accounts.services import _login

        token = f"token-of-{account_db_key}"
        account = Account.objects.get(pk=account_db_key)
        session = _login(
            account_db_key=account_db_key,
            password_hash=account.password,
            token_hash=hash_token(token),
            address="127.0.0.1",
        )
        remember(session, hash_token(token))
        return {"authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """`at_once(work, 1, 2, 3)`: each call in a thread of its own, let go together; results or exceptions, in order."""

    def run(work: Callable[[Any], Any], *arguments: Any) -> list[Any]:
        barrier = threading.Barrier(len(arguments))

        def one(argument: Any) -> Any:
            barrier.wait(30)
            try:
                return work(argument)
            except Exception as error:  # noqa: BLE001  # the test looks at it
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(arguments)) as pool:
            return list(pool.map(one, arguments))

    return run


@pytest.fixture
def empty_shard(platform_state: None, django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """The connection of the alias shard_9, an empty database on the second shard's server."""
    with (
        scratch.database("empty", beside="shard_2") as url,
        scratch.alias("shard_9", url, beside="shard_2") as alias,
        django_db_blocker.unblock(),  # Django's tests know no aliases that come later
    ):
        yield connections[alias]


def _empty_error_log(alias: str) -> None:
    """Its rows are written beside a test's transaction, so they are not rolled back with it."""
    if not ErrorLog.objects.using(alias).exists():
        return
    beside = connections[alias].copy()
    with beside.cursor() as cursor:
        cursor.execute("DELETE FROM table_errorlog")
    beside.close()


@pytest.fixture
def console(make_account: Callable[..., accounts.SignedUp]) -> Callable[[int], Client]:
    """`console(ADMINISTRATOR)`: a browser in which an account of that level is logged in to the admin."""

    def log_in(level: int) -> Client:
        from accounts.models import Account

        account = Account.objects.get(pk=make_account(f"level{level}").account_db_key)
        Account.objects.filter(pk=account.pk).update(account_level=level)
        client = Client()
        client.force_login(account)
        return client

    return log_in


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker.kwargs.get("transaction") or (marker.args and marker.args[0]))


assert {shard_id_of(alias) for alias in settings.ENVIRONMENT_ALIASES} == {None, *SHARDS}
