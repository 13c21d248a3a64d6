from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from shards.bases import GlobalModel


class Retention(GlobalModel):
    """How long a table's rows are kept, and what was removed. `manage.py seed` makes the rows, operators change the
    days.
    """

    table = models.CharField(max_length=64, primary_key=True, db_column="table_name", db_collation="utf8mb4_bin")
    keep_days = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    removed_rows = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)  # ever, on all databases
    last_removed = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)  # by the last sweep of one
    last_swept_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "table_retention"
        ordering = ["table"]
        verbose_name = "retention period"
        constraints = [models.CheckConstraint(name="ck_retention_days", condition=Q(keep_days__gte=1))]

    def __str__(self) -> str:
        return self.table
