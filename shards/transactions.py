"""One unit of work, one transaction, tried again as a whole.

A service is decorated with where it works:

    @in_account_transaction     # on the shard of its `account_db_key` argument
    @in_accepted_transaction    # there, also in maintenance
    @in_transaction             # on the database that `on_shard` or `on_global` chose
    @in_global_transaction      # on the global database

The unit opens `atomic(durable=True)` and so refuses to run inside another transaction. Deadlocks, lock waits and
changed snapshots (1213, 1205, 1020, 3572), also at COMMIT, roll everything back and run it again; a unit must
therefore do nothing but database work. A lost connection is never retried here: its COMMIT may have happened. It is
closed, though: lost between COMMIT and autocommit, it would make Django take each later unit for a savepoint.
"""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import Error, connections, transaction
from prometheus_client import Counter

from config.databases import GLOBAL, RETRIABLE, errno_of, is_lost
from shards import directory, placement
from shards.errorlog import will_retry
from shards.exceptions import AccountNotOnShard, AccountNotProvisioned
from shards.idempotency.guard import guard_of, settle
from shards.procedures import account_provision
from shards.scope import current_alias, on_global

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 6
RETRIES = Counter("transaction_retries", "Units of work that were rolled back and run again", ["unit", "errno"])


def in_global_transaction(service: Callable[P, T]) -> Callable[P, T]:
    @wraps(service)
    def unit(*args: P.args, **kwargs: P.kwargs) -> T:
        with on_global():
            return _run(GLOBAL, service, *args, **kwargs)

    return unit


def in_transaction(service: Callable[P, T]) -> Callable[P, T]:
    @wraps(service)
    def unit(*args: P.args, **kwargs: P.kwargs) -> T:
        return _run(current_alias(), service, *args, **kwargs)

    return unit


def in_account_transaction(service: Callable[P, T]) -> Callable[P, T]:
    """The service takes `account_db_key` by keyword. A missing residence row is made, a stale mapping read again.

    A shard in maintenance changes nothing for accounts: raises ShardInMaintenance, in jobs too, which come again.
    """
    return _account_unit(service, directory.require_writable)


def in_accepted_transaction(service: Callable[P, T]) -> Callable[P, T]:
    """The same for what was accepted from the account before: a shard in maintenance takes it, too."""
    return _account_unit(service, lambda _: None)


def _account_unit(service: Callable[P, T], require: Callable[[str], None]) -> Callable[P, T]:
    @wraps(service)
    def unit(*args: P.args, **kwargs: P.kwargs) -> T:
        account_db_key: int = kwargs["account_db_key"]  # type: ignore[assignment]  # a keyword of every such service

        def once() -> T:
            with placement.on_account(account_db_key):
                require(current_alias())
                return _run(current_alias(), service, *args, **kwargs)

        try:
            return once()
        except AccountNotProvisioned:
            placement.forget(account_db_key)  # a stale mapping must make no row where the account never lived
            provision(account_db_key)
        except AccountNotOnShard:
            placement.forget(account_db_key)
        return once()

    return unit


def provision(account_db_key: int) -> None:
    """Make the account's residence row on the shard that it is mapped to, where it is missing. Safe to repeat."""
    with placement.on_account(account_db_key):
        _run(current_alias(), account_provision, account_db_key=account_db_key)


def _run(alias: str, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    for tries_left in reversed(range(TRIES)):
        token = will_retry.set(tries_left > 0)
        try:
            return _once(alias, service, *args, **kwargs)
        except Error as error:
            if is_lost(error) and not connections[alias].in_atomic_block:
                connections[alias].close()
            errno = errno_of(error)
            if not tries_left or errno not in RETRIABLE:
                raise
            RETRIES.labels(service.__qualname__, errno).inc()
        finally:
            will_retry.reset(token)
        time.sleep(random.uniform(0, 0.02) * 2 ** (TRIES - 1 - tries_left))  # noqa: S311  # jitter, not a secret
    raise AssertionError("unreachable")


def _once(alias: str, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A request with an Idempotency-Key claims it here; its transaction commits together with the answer."""
    settle()
    write = guard_of(alias)
    if write is None:
        with transaction.atomic(using=alias, durable=True):
            return service(*args, **kwargs)
    with ExitStack() as unit:
        unit.enter_context(transaction.atomic(using=alias, durable=True))
        write.claim()
        result = service(*args, **kwargs)
        write.held = unit.pop_all()
    return result
