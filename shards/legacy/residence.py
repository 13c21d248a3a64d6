"""Accounts of the earlier platform live here when all of them are here: until then nobody can write for them.

Triggers pass the rows of an account that is on its way.
"""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.timezone import now

from shards.legacy.cells import Refused, Row
from shards.legacy.tables import Legacy, Made, Walk, imports
from shards.models import AccountResidence, ShardConfig, UserShardMapping
from shards.scope import Scope, on_shard

AT_ONCE = 2_000
MOVING, ACTIVE = AccountResidence.State.MOVING, AccountResidence.State.ACTIVE


def mapping(row: Row, walk: Walk) -> list[Model]:
    shard_id = row.integer("shard_id")
    if shard_id not in walk.shard_ids:
        raise Refused("shard_unknown")
    return [
        UserShardMapping(
            account_id=row.owner,
            shard_id=shard_id,
            assigned_at=row.time("assigned_at"),
            updated_at=row.time("updated_at"),
        )
    ]


def mapped(walk: Walk, row: Row) -> None:
    walk.shards[row.owner] = row.integer("shard_id")


def make_room(accounts: list[int]) -> None:
    """On the current shard; a row that is there stays as it is."""
    for start in range(0, len(accounts), AT_ONCE):
        page = accounts[start : start + AT_ONCE]
        known = set(AccountResidence.objects.filter(pk__in=page).values_list("pk", flat=True))
        AccountResidence.objects.bulk_create(
            AccountResidence(pk=key, state=MOVING, created_at=now()) for key in page if key not in known
        )


def let_them_in(walk: Walk) -> None:
    for shard_id in sorted(set(walk.shards.values())):
        here = [key for key, there in walk.shards.items() if there == shard_id]
        with on_shard(shard_id):
            for start in range(0, len(here), AT_ONCE):
                AccountResidence.objects.filter(pk__in=here[start : start + AT_ONCE], state=MOVING).update(state=ACTIVE)


def place(walk: Walk) -> list[int]:
    """Who has no shard there, or one that is unknown, is placed by the rule of DESIGN section 2; returns who was."""
    active = list(ShardConfig.objects.filter(status="active").order_by("pk").values_list("pk", flat=True))
    placed = sorted(walk.accounts - walk.shards.keys()) if active else []
    walk.shards |= {key: active[key % len(active)] for key in placed}
    return placed


def map_placed(walk: Walk, accounts: Iterable[int]) -> None:
    for key in accounts:
        UserShardMapping.objects.get_or_create(
            pk=key, defaults={"shard_id": walk.shards[key], "assigned_at": now(), "updated_at": now()}
        )


imports(
    Legacy(
        "table_user_shard_mapping", Scope.GLOBAL, 20, ("account_db_key",), mapping,
        {UserShardMapping: Made(("account_id",))}, accepted=mapped,
    )
)  # fmt: skip
