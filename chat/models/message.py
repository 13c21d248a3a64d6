from django.db import models
from django.db.models import Q

from shards.bases import ShardModel
from shards.fields import PublicIdField
from shards.indexes import FullTextIndex

MESSAGE_TYPES = ["USER", "AI", "SYSTEM"]


class ChatMessage(ShardModel):
    """`table_chat_messages`: what was said, once for each message_id. A deleted one stays as a row without its words.

    `sequence_no` is the order within a room: the microsecond of acceptance, or one more than the room's last. It is
    fixed when a message is accepted, so a message keeps its place by whatever way, and however late, it gets here. On
    the current path each message's parent is the message before it; `on_path` says which messages the room shows.
    """

    idx = models.BigAutoField(primary_key=True)
    message_id = PublicIdField(unique=True)
    room_id = PublicIdField()
    account_db_key = models.PositiveBigIntegerField()
    sequence_no = models.PositiveBigIntegerField()
    message_type = models.CharField(max_length=10, default="USER", db_default="USER", db_collation="utf8mb4_bin")
    content = models.TextField()
    metadata = models.JSONField()
    parent_message_id = PublicIdField(null=True)
    on_path = models.BooleanField(default=True, db_default=True)
    is_deleted = models.BooleanField(default=False, db_default=False)
    local_date = models.DateField()  # in the user's time zone, when it was accepted
    digest = models.PositiveBigIntegerField()  # of id, place, type and content as they were accepted
    search_terms = models.TextField(default="")  # what chat.search makes of the content
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_chat_messages"
        verbose_name = "chat message"
        constraints = [
            models.UniqueConstraint(fields=["room_id", "sequence_no"], name="uq_chat_message_sequence"),
            models.CheckConstraint(name="ck_chat_message_type", condition=Q(message_type__in=MESSAGE_TYPES)),
        ]
        indexes = [
            models.Index(fields=["room_id", "is_deleted", "on_path", "sequence_no"], name="ix_chat_message_path"),
            models.Index(fields=["room_id", "is_deleted", "sequence_no"], name="ix_chat_message_all"),
            models.Index(fields=["parent_message_id", "sequence_no"], name="ix_chat_message_parent"),
            models.Index(
                fields=["account_db_key", "local_date", "is_deleted", "room_id", "message_type"],
                name="ix_chat_message_day",
            ),
            FullTextIndex(fields=["search_terms"], name="ft_chat_message_terms"),
        ]

    def __str__(self) -> str:
        return f"{self.message_type} {self.message_id}"
