"""Which databases were restored and not reconciled yet; the last finding of each run ends that."""

from collections.abc import Iterator
from functools import partial

from django.utils.timezone import now

from shards.models import Restore
from shards.reconcile import Finding, finds


def pending(alias: str) -> Restore | None:
    """The restore to the earliest time that is not reconciled."""
    return Restore.objects.using(alias).filter(reconciled_at=None).order_by("snapshot_at").first()


@finds("restore")
def find(alias: str) -> Iterator[Finding]:
    restore = pending(alias)
    if restore is not None:
        yield Finding(alias, "restore", f"is as it was at {restore}; not reconciled yet", partial(_end, alias))


def _end(alias: str) -> None:
    Restore.objects.using(alias).filter(reconciled_at=None).update(reconciled_at=now())
