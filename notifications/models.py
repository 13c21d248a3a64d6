from django.db import models
from django.db.models import Q

from accounts.models.profile import notification_flag
from shards.bases import ShardModel
from shards.fields import PublicIdField


class InappNotification(ShardModel):
    """`table_inapp_notifications`: what a user sees in the app."""

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
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_inapp_notifications"
        verbose_name = "notification"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "type_id", "source_id"], name="uq_notification_source"),
            models.CheckConstraint(name="ck_notification_priority", condition=Q(priority__range=(1, 5))),
            models.CheckConstraint(
                name="ck_notification_read",
                condition=Q(is_read=False, read_at=None) | Q(is_read=True, read_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["account_db_key", "created_at", "notification_id"], name="ix_notification_all"),
            models.Index(
                fields=["account_db_key", "is_read", "created_at", "notification_id"], name="ix_notification_read"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type_id} for {self.account_db_key}"


class NotificationSettings(ShardModel):
    """`table_notification_settings`: this shard's copy of what the account wants; no row means the defaults."""

    account_db_key = models.PositiveBigIntegerField(primary_key=True)
    email_notifications_enabled = notification_flag("email_notifications_enabled")
    sms_notifications_enabled = notification_flag("sms_notifications_enabled")
    push_notifications_enabled = notification_flag("push_notifications_enabled")
    price_alert_enabled = notification_flag("price_alert_enabled")
    news_alert_enabled = notification_flag("news_alert_enabled")
    portfolio_alert_enabled = notification_flag("portfolio_alert_enabled")
    trade_alert_enabled = notification_flag("trade_alert_enabled")  # governs SIGNAL_ALERT
    version = models.PositiveBigIntegerField(default=0, db_default=0)  # the newer one wins

    class Meta:
        db_table = "table_notification_settings"
        verbose_name_plural = "notification settings"

    def __str__(self) -> str:
        return f"settings of {self.account_db_key}"
