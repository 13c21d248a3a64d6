from django.db import models
from django.db.models import F, Q

from shards.bases import ShardModel
from shards.fields import PublicIdField


class InappNotification(ShardModel):
    """`table_inapp_notifications`: what a user sees in the app.

    A row is unread, read or gone (`is_deleted`). A gone one is kept for a while, so that its event, handled again,
    makes no second one. `leaves_at` is when the sweep takes it one step further: out of sight, then out of the table.
    """

    class DeletedBy(models.TextChoices):
        NOBODY = ""
        USER = "user"  # unread or read -> gone: the account deleted it
        AUTO = "auto"  # read -> gone: the read list has shown it, or nobody asked for 30 days
        EXPIRED = "expired"  # unread or read -> gone: expires_at has passed

    idx = models.BigAutoField(primary_key=True)
    notification_id = PublicIdField(unique=True)
    account_db_key = models.PositiveBigIntegerField()
    type_id = models.CharField(max_length=64, db_collation="utf8mb4_bin")
    source_id = PublicIdField()  # what it is about: one notification per account, type and source
    title = models.CharField(max_length=255)
    message = models.TextField()
    data = models.JSONField(null=True)
    priority = models.PositiveSmallIntegerField(default=3, db_default=3)  # 1 urgent ... 5 low
    is_read = models.BooleanField(default=False, db_default=False)
    read_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)  # the read list has shown it
    expires_at = models.DateTimeField(null=True)
    leaves_at = models.DateTimeField(null=True)
    is_deleted = models.BooleanField(default=False, db_default=False)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.CharField(
        max_length=10, choices=DeletedBy, default="", db_default="", blank=True, db_collation="utf8mb4_bin"
    )
    created_at = models.DateTimeField()
    is_decided = models.BooleanField(default=False, db_default=False)  # how it goes out; see notifications.delivery

    class Meta:
        db_table = "table_inapp_notifications"
        verbose_name = "notification"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "type_id", "source_id"], name="uq_notification_source"),
            models.CheckConstraint(name="ck_notification_priority", condition=Q(priority__range=(1, 5))),
            models.CheckConstraint(
                name="ck_notification_read",
                condition=Q(is_read=False, read_at=None, shown_at=None) | Q(is_read=True, read_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ck_notification_deleted",
                condition=Q(is_deleted=False, deleted_at=None, deleted_by="")
                | Q(is_deleted=True, deleted_at__isnull=False, deleted_by__in=["user", "auto", "expired"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["account_db_key", "is_deleted", "created_at", "notification_id"], name="ix_notification_all"
            ),
            models.Index(
                fields=["account_db_key", "is_deleted", "is_read", "created_at", "notification_id"],
                name="ix_notification_read",
            ),
            models.Index(fields=["account_db_key", "leaves_at"], name="ix_notification_leaves"),
            models.Index(fields=["leaves_at"], name="ix_notification_sweep"),
            models.Index(fields=["is_decided", "idx"], name="ix_notification_decide"),
        ]

    def __str__(self) -> str:
        return f"{self.type_id} for {self.account_db_key}"


class InappNotificationStats(ShardModel):
    """`table_inapp_notification_stats`: an account's notifications by the day, in UTC, on which they were **created**.

    Whatever becomes of a notification later changes the row of its own day. The checks hold between all columns.
    """

    pk = models.CompositePrimaryKey("account_db_key", "date")
    account_db_key = models.PositiveBigIntegerField()
    date = models.DateField()
    total_count = models.PositiveIntegerField(default=0, db_default=0)  # ever created
    unread_count = models.PositiveIntegerField(default=0, db_default=0)
    read_count = models.PositiveIntegerField(default=0, db_default=0)  # read and still there
    deleted_count = models.PositiveIntegerField(default=0, db_default=0)  # by the account
    auto_deleted_count = models.PositiveIntegerField(default=0, db_default=0)
    expired_count = models.PositiveIntegerField(default=0, db_default=0)
    priority_1_count = models.PositiveIntegerField(default=0, db_default=0)
    priority_2_count = models.PositiveIntegerField(default=0, db_default=0)
    priority_3_count = models.PositiveIntegerField(default=0, db_default=0)
    priority_4_count = models.PositiveIntegerField(default=0, db_default=0)
    priority_5_count = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "table_inapp_notification_stats"
        constraints = [
            models.CheckConstraint(
                name="ck_notification_stats_states",
                condition=Q(
                    total_count=F("unread_count")
                    + F("read_count")
                    + F("deleted_count")
                    + F("auto_deleted_count")
                    + F("expired_count")
                ),
            ),
            models.CheckConstraint(
                name="ck_notification_stats_priorities",
                condition=Q(
                    total_count=F("priority_1_count")
                    + F("priority_2_count")
                    + F("priority_3_count")
                    + F("priority_4_count")
                    + F("priority_5_count")
                ),
            ),
        ]


class InappNotificationCounter(ShardModel):
    """`table_inapp_notification_counters`: how many unread notifications an account has, whatever their days."""

    account_db_key = models.PositiveBigIntegerField(primary_key=True)
    unread_count = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "table_inapp_notification_counters"


class NotificationStamp(ShardModel):
    """`table_notification_stamps`: the last time that a set-based creation gave its rows, per source.

    Creators of the same rows take turns at this row, and each gets a later time than the one before: rows of a time are
    exactly the rows that one call made, and so the statistics count each once.
    """

    source_id = PublicIdField(primary_key=True)
    stamped_at = models.DateTimeField()

    class Meta:
        db_table = "table_notification_stamps"
        indexes = [models.Index(fields=["stamped_at"], name="ix_notification_stamp")]
