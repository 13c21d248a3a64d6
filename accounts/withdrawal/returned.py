"""A shard that was restored to the time before an erasure holds that account's data again: it goes once more."""

from collections.abc import Iterator
from functools import partial

from accounts.models import AccountErasure
from accounts.withdrawal.holdings import KEPT, has_rows, models_of
from accounts.withdrawal.services import delete_all_on
from config.databases import GLOBAL, shard_id_of
from shards.reconcile import Finding, finds
from shards.reconcile.restores import pending
from shards.scope import Scope


@finds("erased accounts")
def find(alias: str) -> Iterator[Finding]:
    restore = pending(alias)
    if alias == GLOBAL or restore is None:
        return
    erased = AccountErasure.objects.filter(
        erased_at__gte=restore.snapshot_at, account__mapping__shard_id=shard_id_of(alias)
    ).order_by("pk")
    for key in erased.values_list("pk", flat=True):
        models = [model for model in models_of(Scope.SHARD) if model._meta.db_table not in KEPT]
        tables = [model._meta.db_table for model in models if has_rows(model, key, alias)]
        if tables:
            what = f"account {key} was erased and has rows again: {', '.join(tables)}"
            yield Finding(alias, "erased accounts", what, partial(delete_all_on, alias, account_db_key=key))
