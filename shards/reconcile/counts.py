"""`table_shard_stats.user_count` beside the rows of the mapping, which its triggers count."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now

from config.databases import GLOBAL
from shards.models import ShardConfig, ShardStats, UserShardMapping
from shards.reconcile import Finding, finds


@finds("user counts")
def find(alias: str) -> Iterator[Finding]:
    if alias != GLOBAL:
        return
    counted, said = _counted(), dict(ShardStats.objects.values_list("shard_id", "user_count"))
    for shard_id in sorted(ShardConfig.objects.values_list("pk", flat=True)):
        there, is_ = counted.get(shard_id, 0), said.get(shard_id, 0)
        if there != is_:
            what = f"shard {shard_id} has {there:,} accounts and is said to have {is_:,}"
            yield Finding(GLOBAL, "user counts", what, recount)


def recount() -> None:
    """Holds the rows of the counters first: a sign-up that is not committed then adds itself afterwards, by its
    trigger.
    """
    with transaction.atomic(using=GLOBAL):
        for shard_id in ShardConfig.objects.order_by("pk").values_list("pk", flat=True):
            ShardStats.objects.get_or_create(pk=shard_id, defaults={"last_updated": now()})
        held = list(ShardStats.objects.select_for_update().order_by("pk"))
        counted = _counted()
        for stats in held:
            ShardStats.objects.filter(pk=stats.pk).update(user_count=counted.get(stats.pk, 0), last_updated=now())


def _counted() -> dict[int, int]:
    return dict(UserShardMapping.objects.order_by().values_list("shard_id").annotate(Count("pk")))
