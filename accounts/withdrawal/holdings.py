"""Where the data of an account is: every model that names an account, of whichever app, found from the models.

What has a column `account_db_key` is that account's. A new table is exported and erased without a word here; what must
stay for the books is in `KEPT`, and `fp_account_erase` takes what is personal from it.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, Field, Model

from shards.fields import FixedBinaryField
from shards.router import scope_of
from shards.scope import Scope

OWNER = "account_db_key"
AT_ONCE = 1_000
# Stays after an erasure: pseudonymous, or about the account and not about the person.
KEPT = frozenset(
    {
        "table_accountid", "table_user_profiles", "table_user_shard_mapping", "table_user_payments",
        "table_payment_methods", "table_payment_charges", "table_user_sessions", "table_account_audit",
        "table_account_erasures", "table_account_residence", "table_chat_transcript_reads",
    }
)  # fmt: skip
SECRET = re.compile(r"password|secret|token|hash|otp|recovery|_key$|changed_by|change_reason|_account$")


@cache
def models_of(scope: Scope) -> tuple[type[Model], ...]:
    """Sorted by table."""
    found = [model for model in apps.get_models() if scope_of(model) is scope and OWNER in _columns(model)]
    return tuple(sorted(found, key=lambda model: model._meta.db_table))


def rows_of(model: type[Model], account_db_key: int, alias: str) -> Iterator[dict[str, Any]]:
    """What the account may see of its own rows: no secrets, nothing that only machines read."""
    names = {field.attname: str(field.column) for field in _fields(model) if _is_shown(field)}
    rows = model._default_manager.using(alias).filter(**{_owner(model): account_db_key})
    for row in rows.values(*names).iterator(chunk_size=AT_ONCE):
        yield {column: row[name] for name, column in names.items()}


def objects_of(model: type[Model], account_db_key: int, alias: str) -> Iterator[Model]:
    rows = model._base_manager.using(alias).filter(**{_owner(model): account_db_key})
    return rows.order_by("pk").iterator(chunk_size=AT_ONCE)


def has_rows(model: type[Model], account_db_key: int, alias: str) -> bool:
    return model._base_manager.using(alias).filter(**{_owner(model): account_db_key}).exists()


def delete_some(model: type[Model], account_db_key: int, alias: str) -> int:
    """At most `AT_ONCE` rows; returns how many."""
    rows = model._default_manager.using(alias)
    keys = list(rows.filter(**{_owner(model): account_db_key}).values_list("pk", flat=True)[:AT_ONCE])
    rows.filter(pk__in=keys)._raw_delete(alias)  # no cascade: each table has its turn
    return len(keys)


def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if field.column]


def _columns(model: type[Model]) -> set[str]:
    return {str(field.column) for field in _fields(model)}


def _owner(model: type[Model]) -> str:
    return next(field.name for field in _fields(model) if field.column == OWNER)


def _is_shown(field: "Field[Any, Any]") -> bool:
    return field.column == OWNER or not (
        isinstance(field, BinaryField | FixedBinaryField) or SECRET.search(str(field.column))
    )
