from django.db import models

from shards.bases import GlobalModel


class ShardConfig(GlobalModel):
    """Which shards exist, where they are and whether they serve; no credentials (see `shards.directory`)."""

    class Status(models.TextChoices):
        ACTIVE = "active"  # serves, and takes new accounts
        MAINTENANCE = "maintenance"  # serves reads, refuses accounts' writes, takes no new accounts
        DISABLED = "disabled"  # is left alone

    shard_id = models.PositiveIntegerField(primary_key=True)
    shard_name = models.CharField(max_length=50, unique=True)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=3306, db_default=3306)
    database_name = models.CharField(max_length=64)
    max_connections = models.PositiveIntegerField(default=100, db_default=100)
    status = models.CharField(
        max_length=15, choices=Status, default=Status.ACTIVE, db_default=Status.ACTIVE, db_collation="utf8mb4_bin"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "table_shard_config"
        verbose_name = "shard"
        ordering = ["shard_id"]
        constraints = [
            models.CheckConstraint(name="ck_shard_id", condition=models.Q(shard_id__gte=1)),
            models.CheckConstraint(
                name="ck_shard_status", condition=models.Q(status__in=["active", "maintenance", "disabled"])
            ),
            models.CheckConstraint(name="ck_shard_port", condition=models.Q(port__range=(1, 65535))),
        ]

    def __str__(self) -> str:
        return self.shard_name


class ShardStats(GlobalModel):
    """Accounts per shard; `user_count` is kept by the triggers of table_user_shard_mapping."""

    shard = models.OneToOneField(ShardConfig, models.PROTECT, primary_key=True, related_name="stats")
    user_count = models.PositiveIntegerField(default=0, db_default=0)
    active_users = models.PositiveIntegerField(default=0, db_default=0)
    last_updated = models.DateTimeField()

    class Meta:
        db_table = "table_shard_stats"
        verbose_name_plural = "shard stats"

    def __str__(self) -> str:
        return f"shard {self.shard_id}"
