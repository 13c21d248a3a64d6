from django.db import models

from shards.bases import EveryModel


class Restore(EveryModel):
    """This database was brought back to the state of an earlier time; `manage.py reconcile` mends what that tore."""

    restored_at = models.DateTimeField()
    snapshot_at = models.DateTimeField()  # by the clock of the server that was backed up
    reconciled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_restores"
        constraints = [
            models.CheckConstraint(
                name="ck_restore_after_snapshot", condition=models.Q(restored_at__gte=models.F("snapshot_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_at:%Y-%m-%d %H:%M:%S} UTC"
