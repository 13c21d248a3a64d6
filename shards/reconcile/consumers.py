"""Events of other databases that had their effect on one that was restored: they are handled once more.

Handlers may be called again (DESIGN section 5), so a day more than what is lost does no harm.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.db import connections, transaction
from django.db.models import F, Min
from django.db.models.functions import Greatest
from django.utils.timezone import now

from config.databases import GLOBAL, shard_id_of
from shards.models import OutboxConsumer, OutboxEvent, OutboxReader, UserShardMapping
from shards.outbox.registry import Domain
from shards.outbox.streams import stream_of
from shards.reconcile import Finding, finds
from shards.reconcile.restores import pending

MARGIN = timedelta(days=1)  # an event that fails longer is parked
PAGE = 1_000


@finds("consumers")
def find(alias: str) -> Iterator[Finding]:
    """Of one restored database: the places of consumers, on all others, that are behind effects which are gone."""
    restore = pending(alias)
    if restore is None:
        return
    since = restore.snapshot_at - MARGIN
    for source in sorted(name for name in connections.settings if name != alias):
        for domain, partition_key, first in _lost(alias, source, since):
            places = OutboxConsumer.objects.using(source).filter(
                domain=domain, partition_key=partition_key, sequence_no__gte=first
            )
            for consumer, done in places.values_list("consumer", "sequence_no"):
                what = f"{consumer} handles {domain}/{partition_key} from {first} to {done} again, for {alias}"
                yield Finding(
                    source, "consumers", what, partial(_rewind, source, consumer, domain, partition_key, first - 1)
                )


def _lost(alias: str, source: str, since: object) -> Iterator[tuple[str, str, int]]:
    """(domain, partition, first number) whose events since then concern the database `alias`."""
    events = OutboxEvent.objects.using(source).filter(published_at__gte=since).order_by()
    commands = events.filter(domain=Domain.SAGA, partition_key__startswith=f"{alias}:")
    yield from commands.values_list("domain", "partition_key").annotate(Min("sequence_no"))
    if source != GLOBAL:
        return
    of_accounts = (
        events.filter(domain=Domain.ACCOUNT).values_list("domain", "partition_key").annotate(Min("sequence_no"))
    )
    partitions = list(of_accounts)
    for start in range(0, len(partitions), PAGE):
        page = partitions[start : start + PAGE]
        mapped = UserShardMapping.objects.filter(shard_id=shard_id_of(alias), pk__in=[int(key) for _, key, _ in page])
        here = {str(key) for key in mapped.values_list("pk", flat=True)}
        yield from (lost for lost in page if lost[1] in here)


def _rewind(source: str, consumer: str, domain: str, partition_key: str, sequence_no: int) -> None:
    """Takes the stream from whoever reads it now, who would write its own place back; the log has what comes again."""
    stream = stream_of(source, domain, partition_key)
    with transaction.atomic(using=source):
        OutboxReader.objects.using(source).filter(consumer=consumer, stream=stream).update(
            fence=F("fence") + 1, lease_until=None
        )
        OutboxConsumer.objects.using(source).filter(
            consumer=consumer, domain=domain, partition_key=partition_key, sequence_no__gt=sequence_no
        ).update(
            seen_no=Greatest("seen_no", "sequence_no"),
            sequence_no=sequence_no,
            tries=0,
            next_attempt_at=now(),
            updated_at=now(),
        )
