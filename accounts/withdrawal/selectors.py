"""Everything that the platform has of an account, for the account."""

from datetime import UTC, datetime
from typing import Any

from accounts.withdrawal.holdings import models_of, rows_of
from config.databases import GLOBAL
from shards.placement import on_account
from shards.scope import Scope, current_alias


def export(*, account_db_key: int) -> dict[str, Any]:
    """Tables with their rows, from the global database and from the account's shard; no secrets."""
    with on_account(account_db_key):
        on_shard = _tables(Scope.SHARD, account_db_key, current_alias())
    return {
        "account_db_key": account_db_key,
        "exported_at": datetime.now(UTC),
        "account": _tables(Scope.GLOBAL, account_db_key, GLOBAL),
        "rows": on_shard,
    }


def _tables(scope: Scope, account_db_key: int, alias: str) -> dict[str, list[dict[str, Any]]]:
    return {model._meta.db_table: list(rows_of(model, account_db_key, alias)) for model in models_of(scope)}
