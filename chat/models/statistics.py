from django.db import models

from shards.bases import ShardModel


class ChatStatistics(ShardModel):
    """`table_chat_statistics`: one account's day, in its own time zone. Messages that are not deleted, tokens spent.

    The tokens are the sum of the ledger's settled rows of that day; `reserved_tokens` of those that are not settled
    yet, which count against the plan's limit, too.
    """

    idx = models.BigAutoField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    date = models.DateField()
    total_messages = models.PositiveIntegerField(default=0, db_default=0)
    user_messages = models.PositiveIntegerField(default=0, db_default=0)
    ai_messages = models.PositiveIntegerField(default=0, db_default=0)
    total_tokens = models.PositiveBigIntegerField(default=0, db_default=0)
    reserved_tokens = models.PositiveBigIntegerField(default=0, db_default=0)
    active_rooms = models.PositiveIntegerField(default=0, db_default=0)  # rooms with a message that day
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_chat_statistics"
        verbose_name = "chat statistics"
        verbose_name_plural = "chat statistics"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "date"], name="uq_chat_statistics_day"),
        ]
        indexes = [models.Index(fields=["date", "account_db_key"], name="ix_chat_statistics_date")]

    def __str__(self) -> str:
        return f"{self.account_db_key} on {self.date}"
