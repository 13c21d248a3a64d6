from django.db import models
from django.db.models import Q

from accounts.models.profile import notification_flag
from shards.bases import ShardModel


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
    language = models.CharField(max_length=2, default="ko", db_default="ko", db_collation="utf8mb4_bin")
    timezone = models.CharField(
        max_length=50, default="Asia/Seoul", db_default="Asia/Seoul", db_collation="utf8mb4_bin"
    )
    version = models.PositiveBigIntegerField(default=0, db_default=0)  # of all above: the newer one wins
    # The account's own on this shard, by PATCH notifications/preferences.
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    is_advertising_allowed = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "table_notification_settings"
        verbose_name_plural = "notification settings"
        constraints = [
            models.CheckConstraint(
                name="ck_notification_settings_quiet",
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"settings of {self.account_db_key}"
