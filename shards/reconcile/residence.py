"""Where accounts live, as the global database and the shards say it.

The row with the greater epoch is the younger truth, because each move adds one: a mapping or a shard that was
restored to the time before a move loses against it. An account that the global database does not know is closed,
never deleted.
"""

from collections.abc import Iterator
from functools import partial

from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.utils.timezone import now

from config.databases import GLOBAL, shard_alias, shard_id_of
from shards import placement
from shards.models import AccountResidence, UserShardMapping
from shards.procedures import account_provision
from shards.reconcile import Finding, finds, some
from shards.scope import on_unserved
from shards.transactions import in_transaction

PAGE = 5_000
ACTIVE, MOVED = AccountResidence.State.ACTIVE, AccountResidence.State.MOVED
AUTO_INCREMENT = """\
SELECT auto_increment FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_name = 'table_accountid'
"""

Rows = dict[int, tuple[str, int]]  # account -> state, epoch

_provision = in_transaction(account_provision)


@finds("residence")
def find(alias: str) -> Iterator[Finding]:
    """Of one shard: accounts that are mapped to it and do not live there, and the other way round."""
    shard_id = shard_id_of(alias)
    if shard_id is None:
        return
    yield from _mapped_here(alias, shard_id)
    yield from _living_here(alias, shard_id)


@finds("account keys")
def find_keys(alias: str) -> Iterator[Finding]:
    """Keys that a restored global database would give a second time, while a shard holds rows of the first."""
    if alias == GLOBAL:
        return
    last = AccountResidence.objects.using(alias).order_by("-pk").values_list("pk", flat=True).first()
    with connections[GLOBAL].cursor() as cursor:
        cursor.execute(
            "SET @now = 1 /*!80000 , SESSION information_schema_stats_expiry = 0 */"
        )  # MySQL's are a day old
        cursor.execute(AUTO_INCREMENT)
        (following,) = cursor.fetchone()
    if last is not None and last >= (following or 1):
        what = f"the next account would be {following}, but {alias} has accounts up to {last}"
        yield Finding(GLOBAL, "account keys", what, partial(_go_beyond, last))


def _mapped_here(alias: str, shard_id: int) -> Iterator[Finding]:
    after = 0
    mappings = UserShardMapping.objects.filter(shard_id=shard_id).order_by("pk")
    while keys := list(mappings.filter(pk__gt=after).values_list("pk", flat=True)[:PAGE]):
        after = keys[-1]
        here = _rows(alias, keys)
        without = [key for key in keys if here.get(key, ("", 0))[0] != ACTIVE]
        elsewhere = _younger_elsewhere(alias, without, here)  # which `_living_here` of that shard tells
        missing = [key for key in without if key not in elsewhere and key not in here]
        closed = [key for key in without if key not in elsewhere and key in here]
        if missing:
            what = f"{len(missing):,} accounts that are mapped here have no row: {some(missing)}"
            yield Finding(alias, "residence", what, partial(_make, alias, missing))
        if closed:
            what = f"{len(closed):,} accounts that are mapped here are not active here, or elsewhere: {some(closed)}"
            yield Finding(alias, "residence", what, partial(_set_state, alias, closed, ACTIVE))


def _living_here(alias: str, shard_id: int) -> Iterator[Finding]:
    after = 0
    rows = AccountResidence.objects.using(alias).filter(state=ACTIVE).order_by("pk")
    while here := dict(rows.filter(pk__gt=after).values_list("pk", "epoch")[:PAGE]):
        after = max(here)
        mapped = dict(UserShardMapping.objects.filter(pk__in=here).values_list("pk", "shard_id"))
        known = set(get_user_model().objects.filter(pk__in=here.keys() - mapped.keys()).values_list("pk", flat=True))
        unknown = [key for key in here if key not in mapped and key not in known]
        if unknown:
            what = f"{len(unknown):,} accounts live here that the global database does not know: {some(unknown)}"
            yield Finding(alias, "residence", what, partial(_set_state, alias, unknown, MOVED))
        astray: dict[int | None, list[int]] = {}
        for key in here:
            if mapped.get(key) != shard_id and key not in unknown:
                astray.setdefault(mapped.get(key), []).append(key)
        for there, keys in astray.items():
            yield from _two_places(alias, shard_id, there, keys, here)


def _two_places(
    alias: str, shard_id: int, there: int | None, keys: list[int], here: dict[int, int]
) -> Iterator[Finding]:
    others = {} if there is None else _rows(shard_alias(there), keys)
    older = [key for key in keys if key in others and others[key][0] == ACTIVE and others[key][1] >= here[key]]
    younger = [key for key in keys if key not in older]
    if older:
        what = f"{len(older):,} accounts live here, but newer on shard {there}: {some(older)}"
        yield Finding(alias, "residence", what, partial(_set_state, alias, older, MOVED))
    if younger:
        what = f"{len(younger):,} accounts live on shard {shard_id}, but are mapped to {there}: {some(younger)}"
        yield Finding(GLOBAL, "mapping", what, partial(_map, younger, shard_id, there))


def _rows(alias: str, keys: list[int]) -> Rows:
    rows = AccountResidence.objects.using(alias).filter(pk__in=keys)
    return {key: (state, epoch) for key, state, epoch in rows.values_list("pk", "state", "epoch")}


def _younger_elsewhere(alias: str, keys: list[int], here: Rows) -> set[int]:
    found: set[int] = set()
    for other in (name for name in connections.settings if keys and name not in (GLOBAL, alias)):
        rows = _rows(other, keys)
        found |= {k for k, (state, epoch) in rows.items() if state == ACTIVE and epoch >= here.get(k, ("", 0))[1]}
    return found


def _make(alias: str, keys: list[int]) -> None:
    with on_unserved(alias):
        for key in keys:
            _provision(account_db_key=key)


def _set_state(alias: str, keys: list[int], state: str) -> None:
    AccountResidence.objects.using(alias).filter(pk__in=keys).update(state=state)


def _map(keys: list[int], shard_id: int, there: int | None) -> None:
    """By rows, in key order: a trigger counts each."""
    with transaction.atomic(using=GLOBAL):
        for key in keys:
            UserShardMapping.objects.update_or_create(
                pk=key, defaults={"shard_id": shard_id, "updated_at": now()}, create_defaults={
                    "shard_id": shard_id, "assigned_at": now(), "updated_at": now(),
                },
            )  # fmt: skip
    for key in keys:
        placement.forget(key)
    if there is not None:
        _set_state(shard_alias(there), keys, MOVED)


def _go_beyond(last: int) -> None:
    with connections[GLOBAL].cursor() as cursor:
        cursor.execute(f"ALTER TABLE table_accountid AUTO_INCREMENT = {last + 1:d}")
