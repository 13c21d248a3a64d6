from django.db import models
from django.db.models import Q

from shards.bases import ShardModel
from shards.fields import PublicIdField


class ChatTokens(ShardModel):
    """`table_chat_tokens`: the ledger, one row for each reply that was asked for, by the id that the reply will have.

    Also the durable record of what is to be generated: a row that stays reserved while nobody works on it is taken up
    again (`chat.replies.recovery`).
    """

    class State(models.TextChoices):
        RESERVED = "reserved"  # made by fp_chat_tokens_reserve, before the model is called
        SETTLED = "settled"  # reserved -> settled: what the model really used
        RELEASED = "released"  # reserved -> released: it used nothing

    reply_id = PublicIdField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    room_id = PublicIdField()
    local_date = models.DateField()  # in the user's time zone
    ai_persona = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    persona_version = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=State, default=State.RESERVED, db_default=State.RESERVED, db_collation="utf8mb4_bin"
    )
    request = models.JSONField()  # what chat.replies.jobs needs to do it again
    reserved_tokens = models.PositiveIntegerField()
    prompt_tokens = models.PositiveIntegerField(default=0, db_default=0)
    completion_tokens = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_chat_tokens"
        verbose_name = "chat tokens"
        verbose_name_plural = "chat tokens"
        constraints = [
            models.CheckConstraint(
                name="ck_chat_tokens_state",
                condition=Q(state="settled")
                | Q(state__in=["reserved", "released"], prompt_tokens=0, completion_tokens=0),
            ),
        ]
        indexes = [
            models.Index(
                fields=[
                    "account_db_key",
                    "local_date",
                    "state",
                    "reserved_tokens",
                    "prompt_tokens",
                    "completion_tokens",
                ],
                name="ix_chat_tokens_day",
            ),
            models.Index(fields=["state", "created_at"], name="ix_chat_tokens_state"),
            models.Index(
                fields=["local_date", "ai_persona", "prompt_tokens", "completion_tokens"], name="ix_chat_tokens_usage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.reply_id}"
