"""The spine's tables and how long their rows stay; and the sweep of the error log."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from shards import retention
from shards.models import ErrorLog
from shards.retention import keeps, stays
from shards.scope import current_alias
from shards.transactions import in_transaction
from shards.walk import on_each_database

keeps("outbox_events", 30, "so long can a new consumer look back, and a replay")
keeps("outbox_inbox", 90, "longer than the log: an event that waited for an operator may come late")
keeps("saga_instances", 180, "after their end: so long an idempotency key means the same saga")
keeps("saga_inbox", 365, "longer: a saga that waited for an operator may send its command once more")
keeps("table_idempotency_keys", 1, "a client repeats a write within a day")
keeps("table_database_vitals", 7, "the week that the databases' pages draw")
keeps("table_errorlog", 90, "faults are compared with those of the last quarter")
stays("goes with its saga", "saga_steps", "saga_operations", "saga_locks")
stays("moves to outbox_events, or waits for an operator", "universal_outbox", "outbox_parked")
stays("a counter of a partition: its numbers must never begin again", "outbox_sequences", "outbox_consumers")
stays("one row a partition or stream", "outbox_partitions", "outbox_streams", "outbox_readers")
stays("one row an account", "table_account_residence", "table_user_shard_mapping", "table_operator_looks")
stays("one row a shard, job or table", "table_shard_config", "table_shard_stats", "table_shard_figures", "table_jobs")
stays("one row a table, and one a restore", "table_retention", "table_restores")


def sweep_all() -> dict[str, Any]:
    """database -> rows deleted, or why not."""
    return dict(on_each_database(sweep, "shards.retention"))


def sweep() -> int:
    """The error log of the current database, oldest first."""
    return retention.sweep(
        "table_errorlog",
        lambda seconds: _errors(since=now() - timedelta(seconds=seconds), limit=retention.BATCH),
    )


@in_transaction
def _errors(*, since: Any, limit: int) -> int:
    alias = current_alias()
    old = ErrorLog.objects.filter(create_time__lt=since).order_by("create_time")
    keys = list(old.values_list("pk", flat=True)[:limit])
    ErrorLog.objects.filter(pk__in=keys)._raw_delete(alias)
    return len(keys)
