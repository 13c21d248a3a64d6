"""Encrypted columns beside the API keys, so that a rotation of keys reaches every one of them, on every database.

The app that owns such a column names it when Django starts (`seals`). A value is compared and swapped: whoever changes
it meanwhile wins. A shard that is down stops the rotation, because nothing could be proved of it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db.models import Model

from accounts import keyring
from accounts.models import SecondFactor
from shards import directory
from shards.router import scope_of
from shards.scope import Scope, on_global, on_shard

AT_ONCE = 500


class Sealed(NamedTuple):
    model: type[Model]
    field: str
    owner: str  # the field with the account's key
    column: str  # `<table>.<column>`, to which its values are bound


_columns: list[Sealed] = []


def seals(model: type[Model], field: str, *, owner: str) -> None:
    column = f"{model._meta.db_table}.{model._meta.get_field(field).column}"  # type: ignore[union-attr]
    _columns.append(Sealed(model, field, owner, column))


def rotate() -> int:
    """Returns how many values were encrypted anew; raises keyring.Unreadable, ShardUnavailable."""
    rotated = 0
    for sealed in _columns:
        for _ in _databases(sealed.model):
            while values := _of_other_keys(sealed):
                rotated += sum(_swapped(sealed, *value) for value in values)
    return rotated


def values_by_key() -> Counter[str]:
    """key id -> stored values, over all databases."""
    found: Counter[str] = Counter()
    for sealed in _columns:
        for _ in _databases(sealed.model):
            stored = sealed.model._default_manager.values_list(sealed.field, flat=True).iterator()
            found.update(value.partition(":")[0] for value in stored)
    return found


def _databases(model: type[Model]) -> Iterator[None]:
    """Each database that the model lives on, in turn, as the chosen one."""
    for shard_id in directory.shard_ids() if scope_of(model) is Scope.SHARD else [None]:
        with _on(shard_id):
            yield


@contextmanager
def _on(shard_id: int | None) -> Iterator[None]:
    with on_global() if shard_id is None else on_shard(shard_id):
        yield


def _of_other_keys(sealed: Sealed) -> list[tuple[Any, int, str]]:
    """(primary key, account_db_key, stored value), a batch of them."""
    others = sealed.model._default_manager.exclude(**{f"{sealed.field}__startswith": f"{keyring.current_key_id()}:"})
    return list(others.order_by("pk").values_list("pk", sealed.owner, sealed.field)[:AT_ONCE])


def _swapped(sealed: Sealed, pk: Any, account_db_key: int, stored: str) -> int:
    place: dict[str, Any] = {"column": sealed.column, "account_db_key": account_db_key}
    new = keyring.encrypt(keyring.decrypt(stored, **place), **place)
    rows = sealed.model._default_manager.filter(pk=pk, **{sealed.field: stored})
    return rows.update(**{sealed.field: new})


seals(SecondFactor, "secret", owner="account_id")
