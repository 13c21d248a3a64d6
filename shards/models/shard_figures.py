from django.db import models
from django.db.models import Q

from shards.bases import GlobalModel
from shards.models.shard_config import ShardConfig


class ShardFigures(GlobalModel):
    """What a shard's rows add up to, as it last said it. A shard that did not answer keeps its figures, and is
    labelled.
    """

    shard = models.OneToOneField(ShardConfig, models.PROTECT, primary_key=True, related_name="figures")
    figures = models.JSONField()  # name of shards.statistics.FIGURES -> number
    gathered_at = models.DateTimeField(null=True)  # NULL: it has never answered
    missing_since = models.DateTimeField(null=True)  # NULL: it answered last time
    reason = models.CharField(max_length=500, default="", db_default="")  # why it is missing

    class Meta:
        db_table = "table_shard_figures"
        constraints = [
            models.CheckConstraint(
                name="ck_shard_figures_known", condition=Q(gathered_at__isnull=False) | Q(missing_since__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"figures of shard {self.shard_id}"
