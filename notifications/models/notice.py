from django.db import models
from django.db.models import Q

from shards.bases import GlobalModel, ShardModel
from shards.fields import PublicIdField


class Notice(GlobalModel):
    """`table_notices`: what operators tell all accounts, a segment or one. It can be undone until it starts."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled"  # confirmed by an operator; starts at start_at
        UNDONE = "undone"  # scheduled -> undone: nobody got it
        RUNNING = "running"  # scheduled -> running: from now on accounts get it
        DONE = "done"  # running -> done: every shard is through

    notice_id = PublicIdField(primary_key=True)
    type_id = models.CharField(max_length=64, db_collation="utf8mb4_bin")
    title_en = models.CharField(max_length=200)
    message_en = models.TextField()
    title_ko = models.CharField(max_length=200)
    message_ko = models.TextField()
    account_db_key = models.PositiveBigIntegerField(null=True)  # to this one alone
    language = models.CharField(
        max_length=2, default="", db_default="", db_collation="utf8mb4_bin"
    )  # or to its speakers
    symbol = models.CharField(
        max_length=50, default="", db_default="", db_collation="utf8mb4_bin"
    )  # or to its watchers
    counted = models.PositiveIntegerField()  # accounts that the operator was shown before sending
    state = models.CharField(
        max_length=10, choices=State, default=State.SCHEDULED, db_default=State.SCHEDULED, db_collation="utf8mb4_bin"
    )
    start_at = models.DateTimeField()
    created_by = models.PositiveBigIntegerField()  # the operator's account
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_notices"
        indexes = [models.Index(fields=["state", "start_at"], name="ix_notice_state")]
        constraints = [
            models.CheckConstraint(
                name="ck_notice_state", condition=Q(state__in=["scheduled", "undone", "running", "done"])
            ),
            models.CheckConstraint(name="ck_notice_language", condition=Q(language__in=["", "en", "ko"])),
        ]

    def __str__(self) -> str:
        return self.title_en


class NoticeProgress(ShardModel):
    """`table_notice_progress`: how far a notice has come on this shard."""

    notice_id = PublicIdField(primary_key=True)
    after_account_db_key = models.PositiveBigIntegerField(default=0, db_default=0)
    created_count = models.PositiveIntegerField(default=0, db_default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_notice_progress"
