from django.db import models

from shards.bases import ShardModel
from shards.fields import PublicIdField


class ChatParked(ShardModel):
    """`table_chat_parked`: a message that was acknowledged and that its shard refuses to store, whole, until an
    operator stores it again. It is in no room, tail or stream meanwhile.
    """

    message_id = PublicIdField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    room_id = PublicIdField()
    message = models.TextField()  # JSON, as it was accepted (chat.live.message)
    reason = models.CharField(max_length=200)  # never the words themselves
    tries = models.PositiveIntegerField(default=1, db_default=1)  # of whoever parked it: the writer, then operators
    parked_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_chat_parked"
        verbose_name = "parked message"
        indexes = [
            models.Index(fields=["parked_at", "message_id"], name="ix_chat_parked_at"),
            models.Index(fields=["account_db_key", "parked_at"], name="ix_chat_parked_account"),
        ]

    def __str__(self) -> str:
        return str(self.message_id)
