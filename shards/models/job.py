from django.db import models

from shards.bases import GlobalModel


class Job(GlobalModel):
    """A periodic job: who holds it now, and how its last run went. One row a job, made at its first run."""

    name = models.CharField(max_length=100, primary_key=True, db_collation="utf8mb4_bin")
    fence = models.PositiveBigIntegerField(
        default=0, db_default=0
    )  # grows with each run; a stale holder has a lower one
    lease_until = models.DateTimeField(null=True)  # NULL: nobody runs it
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    result = models.JSONField(null=True)  # what the last finished run returned
    error = models.TextField(default="", db_default="")  # why it failed; empty: it did not

    class Meta:
        db_table = "table_jobs"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
