"""What the start page tells of accounts."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from accounts.models import Account
from shards.admin.columns import page_url
from shards.admin.news import ENOUGH, Item, bounded, tells


@tells
def _sign_ups(since: datetime) -> Iterable[Item]:
    """Keys grow with time: the newest rows are enough, and no index on the time is needed."""
    newest = Account.objects.order_by("-pk").values_list("create_time", flat=True)[:ENOUGH]
    yield Item(gettext("Sign-ups"), bounded(sum(at >= since for at in newest)), page_url(Account, "changelist"))
