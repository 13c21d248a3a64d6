from django.db import models

from shards.bases import EveryModel


class ErrorLog(EveryModel):
    """What went wrong in a routine of this database; written on a connection of its own, so a rollback keeps it."""

    idx = models.BigAutoField(primary_key=True)
    procedure_name = models.CharField(max_length=64, db_collation="utf8mb4_bin")
    error_state = models.CharField(max_length=10, db_collation="utf8mb4_bin")  # SQLSTATE, HY000 where none is known
    error_no = models.PositiveIntegerField()
    error_message = models.TextField()
    param = models.JSONField(null=True, blank=True)  # the arguments by name, secrets masked
    request_id = models.CharField(max_length=64, null=True, blank=True, db_collation="utf8mb4_bin")  # noqa: DJ001
    create_time = models.DateTimeField()

    class Meta:
        db_table = "table_errorlog"
        verbose_name = "error log entry"
        verbose_name_plural = "error log"
        indexes = [models.Index(fields=["create_time"], name="ix_errorlog_create_time")]

    def __str__(self) -> str:
        return f"{self.procedure_name} {self.error_no}"
