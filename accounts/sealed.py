"""Encrypted columns, so that a rotation of keys reaches every one of them, on every database, while the site runs.

The app that owns such a column names it when Django starts (`seals`). A value is compared and swapped: whoever changes
it meanwhile wins. Cut off, a rotation goes on where values are left. A shard that is down stops it, because nothing
could be proved of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from accounts import keyring
from accounts.api_keys.selectors import KEYS
from accounts.models import ApiKeys, SecondFactor
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


def seals(model: type[Model], *fields: str, owner: str) -> None:
    for field in fields:
        column = f"{model._meta.db_table}.{model._meta.get_field(field).column}"  # type: ignore[union-attr]
        _columns.append(Sealed(model, field, owner, column))


def rotate(progress: Callable[[int], None] = lambda values: None) -> int:
    """Returns how many values were encrypted anew; tells `progress` after each. Raises ShardUnavailable, and
    keyring.Unreadable for a value whose key is not here: nothing would be gained by leaving it."""
    rotated = 0
    for sealed in _columns:
        for _ in _databases(sealed.model):
            for value in _of_other_keys(sealed):
                rotated += _swapped(sealed, *value)
                progress(1)
    return rotated


def values_by_key() -> Counter[str]:
    """key id -> stored values, over all databases: after a rotation only the current one has any."""
    found: Counter[str] = Counter()
    for sealed in _columns:
        for _ in _databases(sealed.model):
            stored = _stored(sealed).values_list(sealed.field, flat=True).iterator()
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


def _stored(sealed: Sealed) -> QuerySet[Any]:
    return sealed.model._default_manager.exclude(**{f"{sealed.field}__isnull": True})


def _of_other_keys(sealed: Sealed) -> Iterator[tuple[Any, int, str]]:
    """(primary key, account_db_key, stored value), read in batches."""
    others = _stored(sealed).exclude(**{f"{sealed.field}__startswith": f"{keyring.current_key_id()}:"})
    others = others.order_by("pk").values_list("pk", sealed.owner, sealed.field)
    batch = list(others[:AT_ONCE])
    while batch:
        yield from batch
        batch = list(others.filter(pk__gt=batch[-1][0])[:AT_ONCE])


def _swapped(sealed: Sealed, pk: Any, account_db_key: int, stored: str) -> int:
    place: dict[str, Any] = {"column": sealed.column, "account_db_key": account_db_key}
    new = keyring.encrypt(keyring.decrypt(stored, **place), **place)
    return _unchanged(sealed, pk, stored).update(**{sealed.field: new})


def _unchanged(sealed: Sealed, pk: Any, stored: str) -> QuerySet[Any]:
    return sealed.model._default_manager.filter(pk=pk, **{sealed.field: stored})


seals(ApiKeys, *KEYS, owner="account_id")
seals(SecondFactor, "secret", owner="account_id")
