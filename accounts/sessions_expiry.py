"""Sessions that expired long ago are deleted, in bounded steps: the live copy is in Redis, and went by itself."""

from datetime import datetime, timedelta

from django.utils.timezone import now

from accounts.models import UserSession
from config.databases import GLOBAL
from shards import retention
from shards.transactions import in_global_transaction

TABLE = "table_user_sessions"


def sessions_expire() -> int:
    """Returns how many."""
    return retention.sweep(TABLE, lambda seconds: _expire(before=now() - timedelta(seconds=seconds)))


@in_global_transaction
def _expire(*, before: datetime) -> int:
    old = UserSession.objects.filter(expires_at__lt=before).order_by("expires_at")
    keys = list(old.values_list("pk", flat=True)[: retention.BATCH])
    UserSession.objects.filter(pk__in=keys)._raw_delete(GLOBAL)
    return len(keys)
