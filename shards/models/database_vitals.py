from django.db import models

from shards.bases import GlobalModel


class DatabaseVitals(GlobalModel):
    """How a database fared at one moment, kept for a week by the job `shards.observe` for the charts of its page."""

    database = models.CharField(max_length=64, db_collation="utf8mb4_bin")  # the alias
    at = models.DateTimeField()
    figures = models.JSONField(null=True)  # `shards.vitals.Vitals` by name; NULL: it did not answer

    class Meta:
        db_table = "table_database_vitals"
        verbose_name = verbose_name_plural = "vitals of databases"
        constraints = [models.UniqueConstraint(name="uq_database_vitals", fields=["database", "at"])]
        indexes = [models.Index(name="ix_database_vitals_at", fields=["at"])]

    def __str__(self) -> str:
        return f"{self.database} at {self.at}"
