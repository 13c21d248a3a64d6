from django.conf import settings
from django.db import models

from shards.bases import GlobalModel
from shards.models.shard_config import ShardConfig


class UserShardMapping(GlobalModel):
    """The shard of each account; its triggers keep `table_shard_stats.user_count`."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, db_column="account_db_key", related_name="mapping"
    )
    shard = models.ForeignKey(ShardConfig, models.PROTECT, related_name="mappings")
    assigned_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_user_shard_mapping"

    def __str__(self) -> str:
        return f"{self.account_id} on shard {self.shard_id}"
