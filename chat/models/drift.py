from django.db import models

from shards.bases import ShardModel
from shards.fields import PublicIdField


class ChatDrift(ShardModel):
    """`table_chat_drift`: where a room and what is kept about it differed, and since when they agree again."""

    idx = models.BigAutoField(primary_key=True)
    room_id = PublicIdField()
    account_db_key = models.PositiveBigIntegerField()
    compared = models.CharField(max_length=20, db_collation="utf8mb4_bin")  # room or redis: what differed from messages
    detail = models.JSONField()  # what was there, what should be there
    found_at = models.DateTimeField()
    repaired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_chat_drift"
        verbose_name = "chat drift"
        verbose_name_plural = "chat drift"
        indexes = [models.Index(fields=["room_id", "found_at"], name="ix_chat_drift_room")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.compared}"
