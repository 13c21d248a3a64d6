from django.db import models

from shards.bases import GlobalModel
from shards.fields import PublicIdField


class ChatTranscriptRead(GlobalModel):
    """`table_chat_transcript_reads`: which operator read what users wrote; nobody changes or deletes it.

    It outlives the account, whose key says nothing about the person after an erasure (`accounts.withdrawal.holdings`).
    """

    idx = models.BigAutoField(primary_key=True)
    operator_db_key = models.PositiveBigIntegerField()
    account_db_key = models.PositiveBigIntegerField()  # whose words
    shard_id = models.PositiveIntegerField()
    room_id = PublicIdField()
    client_address = models.CharField(max_length=45, db_collation="utf8mb4_bin")
    read_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "table_chat_transcript_reads"
        verbose_name = "reading of a transcript"
        verbose_name_plural = "readings of transcripts"
        indexes = [
            models.Index(fields=["account_db_key", "read_at"], name="ix_chat_transcript_account"),
            models.Index(fields=["operator_db_key", "read_at"], name="ix_chat_transcript_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_db_key} read {self.room_id}"
