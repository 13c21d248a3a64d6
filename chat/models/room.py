from django.db import models

from shards.bases import ShardModel
from shards.fields import PublicIdField


class ChatRoom(ShardModel):
    """`table_chat_rooms`: one conversation. A deleted one stays as a row.

    What its messages add up to is kept beside them by the routines that change them, and is compared with them by
    `chat.live.doctor`: `message_count` and `last_message_*` tell of messages that are not deleted, `last_sequence_no`
    and `content_digest` (the XOR of their digests, so that the order of arrival does not matter) of all.
    """

    room_id = PublicIdField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200, default="", db_default="")  # '': made from the first exchange
    ai_persona = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    is_archived = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True, db_default=True)  # True -> False: deleted
    message_count = models.PositiveIntegerField(default=0, db_default=0)
    last_message_id = PublicIdField(null=True)
    last_message_at = models.DateTimeField(null=True)
    activity_at = models.DateTimeField()  # the last message's time, or the room's own: the list's order
    last_sequence_no = models.PositiveBigIntegerField(default=0, db_default=0)
    content_digest = models.PositiveBigIntegerField(default=0, db_default=0)
    leaf_message_id = PublicIdField(null=True)  # the end of the current path
    path_sequence_no = models.PositiveBigIntegerField(default=0, db_default=0)  # when the path was last chosen
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_chat_rooms"
        verbose_name = "chat room"
        indexes = [
            models.Index(
                fields=["account_db_key", "is_active", "is_archived", "activity_at", "room_id"],
                name="ix_chat_room_list",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.room_id)
