"""Leaving: asked for with the password, taken back within the grace period, then the personal data goes.

The job erases shard first, then the global database, then records it: cut off anywhere, it begins again and finds less.
"""

from typing import Any

import structlog
from django.conf import settings
from django.db import Error, IntegrityError, transaction
from django.db.models import Model

from accounts import plans, sessions
from accounts.exceptions import PasswordWrong
from accounts.models import Account
from accounts.passwords.hashing import is_password
from accounts.withdrawal import procedures
from accounts.withdrawal.holdings import KEPT, delete_some, models_of
from config.databases import GLOBAL
from shards.exceptions import AccountUnknown, ShardUnavailable
from shards.idempotency.guard import settle
from shards.procedures import account_residence_require
from shards.scope import Scope, current_alias
from shards.transactions import in_account_transaction, in_global_transaction

log = structlog.get_logger(__name__)

ACCOUNTS_AT_ONCE = 100


def withdrawal_request(*, account_db_key: int, current_password: str) -> None:
    """Ends every session; whoever logs in within the grace period may stay after all. Raises PasswordWrong."""
    stored = Account.objects.filter(pk=account_db_key).values_list("password", flat=True).first()
    if stored is None:
        raise AccountUnknown
    if not is_password(current_password, stored):
        raise PasswordWrong
    ended = _request(account_db_key=account_db_key)
    settle()
    sessions.bury_all(ended)
    plans.forget(account_db_key)


def withdrawal_cancel(*, account_db_key: int) -> None:
    """Raises WithdrawalNotRequested, WithdrawalFinal. The plan's renewal stays off until it is switched on."""
    _cancel(account_db_key=account_db_key, grace_seconds=settings.WITHDRAWAL_GRACE_SECONDS)


def erase_due() -> dict[str, Any]:
    """Erase the accounts whose grace period has ended; one whose shard is down waits for the next run."""
    counts = {"erased": 0, "waiting": 0}
    skipped: set[int] = set()
    while True:
        due = procedures.accounts_to_erase(grace_seconds=settings.WITHDRAWAL_GRACE_SECONDS, limit=ACCOUNTS_AT_ONCE)
        due = [key for key in due if key not in skipped]
        if not due:
            return counts
        for account_db_key in due:
            try:
                account_erase(account_db_key=account_db_key)
                counts["erased"] += 1
            except (ShardUnavailable, Error) as error:
                log.warning("account_not_erased", account_db_key=account_db_key, error=str(error))
                skipped.add(account_db_key)
                counts["waiting"] += 1


def account_erase(*, account_db_key: int) -> None:
    """One account, whose grace period has ended. Raises AccountNotWithdrawing."""
    sessions.bury_all(_withdraw(account_db_key=account_db_key, grace_seconds=settings.WITHDRAWAL_GRACE_SECONDS))
    erased: dict[str, int] = {}
    for scope, delete in ((Scope.SHARD, _delete_on_shard), (Scope.GLOBAL, _delete_on_global)):
        waiting = [model for model in models_of(scope) if model._meta.db_table not in KEPT]
        while waiting:
            waiting = _delete_all(waiting, account_db_key, delete, erased)
    _erase(account_db_key=account_db_key, erased_rows=erased)
    plans.forget(account_db_key)


def delete_all_on(alias: str, *, account_db_key: int) -> dict[str, int]:
    """What one shard holds of an account that was erased: table -> rows; asks no residence, nor whether it serves."""

    def delete(*, account_db_key: int, model: type[Model]) -> int:
        with transaction.atomic(using=alias):
            return delete_some(model, account_db_key, alias)

    erased: dict[str, int] = {}
    waiting = [model for model in models_of(Scope.SHARD) if model._meta.db_table not in KEPT]
    while waiting:
        waiting = _delete_all(waiting, account_db_key, delete, erased)
    return erased


def _delete_all(
    models: list[type[Model]], account_db_key: int, delete: Any, erased: dict[str, int]
) -> list[type[Model]]:
    """Returns the models whose rows others of them still point to; raises IntegrityError when it is all of them."""
    left = []
    for model in models:
        table = model._meta.db_table
        try:
            while deleted := delete(account_db_key=account_db_key, model=model):
                erased[table] = erased.get(table, 0) + deleted
        except IntegrityError:
            left.append(model)
    if left and len(left) == len(models):
        raise IntegrityError(f"rows point at each other: {[model._meta.db_table for model in left]}")
    return left


@in_account_transaction
def _delete_on_shard(*, account_db_key: int, model: type[Model]) -> int:
    account_residence_require(account_db_key=account_db_key)
    return delete_some(model, account_db_key, current_alias())


@in_global_transaction
def _delete_on_global(*, account_db_key: int, model: type[Model]) -> int:
    return delete_some(model, account_db_key, GLOBAL)


_request = in_global_transaction(procedures.account_withdrawal_request)
_cancel = in_global_transaction(procedures.account_withdrawal_cancel)
_withdraw = in_global_transaction(procedures.account_withdraw)
_erase = in_global_transaction(procedures.account_erase)
