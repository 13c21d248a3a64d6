from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from shards.bases import GlobalModel
from shards.fields import FixedBinaryField

# What a new account is told of: the one set of defaults. `notifications` keeps a copy of these columns on the shard.
NOTIFICATION_DEFAULTS = {
    "email_notifications_enabled": True,
    "sms_notifications_enabled": False,
    "push_notifications_enabled": True,
    "price_alert_enabled": True,
    "news_alert_enabled": True,
    "portfolio_alert_enabled": False,
    "trade_alert_enabled": True,
}


def notification_flag(name: str) -> models.BooleanField:
    default = NOTIFICATION_DEFAULTS[name]
    return models.BooleanField(default=default, db_default=default)


class Profile(GlobalModel):
    """`table_user_profiles`: made with the account, completed by the user later."""

    class Experience(models.TextChoices):
        BEGINNER = "BEGINNER"
        INTERMEDIATE = "INTERMEDIATE"
        EXPERT = "EXPERT"

    class Risk(models.TextChoices):
        CONSERVATIVE = "CONSERVATIVE"
        MODERATE = "MODERATE"
        AGGRESSIVE = "AGGRESSIVE"

    class Goal(models.TextChoices):
        GROWTH = "GROWTH"
        INCOME = "INCOME"
        PRESERVATION = "PRESERVATION"

    class Language(models.TextChoices):
        KOREAN = "ko"
        ENGLISH = "en"

    class Theme(models.TextChoices):
        SYSTEM = "system"
        LIGHT = "light"
        DARK = "dark"

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, db_column="account_db_key", related_name="profile"
    )
    investment_experience = models.CharField(
        max_length=15, choices=Experience, db_default=Experience.BEGINNER, db_collation="utf8mb4_bin"
    )
    risk_tolerance = models.CharField(max_length=15, choices=Risk, db_default=Risk.MODERATE, db_collation="utf8mb4_bin")
    investment_goal = models.CharField(max_length=15, choices=Goal, db_default=Goal.GROWTH, db_collation="utf8mb4_bin")
    monthly_budget = models.DecimalField(max_digits=19, decimal_places=6, db_default=0)
    profile_completed = models.BooleanField(db_default=False)
    country = models.CharField(max_length=3, db_default="KOR", db_collation="utf8mb4_bin")  # ISO 3166-1 alpha-3
    timezone = models.CharField(max_length=50, db_default="Asia/Seoul", db_collation="utf8mb4_bin")
    language = models.CharField(max_length=2, choices=Language, db_default=Language.KOREAN, db_collation="utf8mb4_bin")
    currency = models.CharField(max_length=3, db_default="KRW", db_collation="utf8mb4_bin")  # ISO 4217, for display
    theme = models.CharField(max_length=6, choices=Theme, db_default=Theme.SYSTEM, db_collation="utf8mb4_bin")
    email_notifications_enabled = notification_flag("email_notifications_enabled")
    sms_notifications_enabled = notification_flag("sms_notifications_enabled")
    push_notifications_enabled = notification_flag("push_notifications_enabled")
    price_alert_enabled = notification_flag("price_alert_enabled")
    news_alert_enabled = notification_flag("news_alert_enabled")
    portfolio_alert_enabled = notification_flag("portfolio_alert_enabled")
    trade_alert_enabled = notification_flag("trade_alert_enabled")
    notification_version = models.PositiveBigIntegerField(
        db_default=0
    )  # grows with each change of these seven, language and timezone
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_user_profiles"
        constraints = [
            models.CheckConstraint(
                name="ck_profile_experience",
                condition=Q(investment_experience__in=["BEGINNER", "INTERMEDIATE", "EXPERT"]),
            ),
            models.CheckConstraint(
                name="ck_profile_risk", condition=Q(risk_tolerance__in=["CONSERVATIVE", "MODERATE", "AGGRESSIVE"])
            ),
            models.CheckConstraint(
                name="ck_profile_goal", condition=Q(investment_goal__in=["GROWTH", "INCOME", "PRESERVATION"])
            ),
            models.CheckConstraint(name="ck_profile_budget", condition=Q(monthly_budget__gte=0)),
            models.CheckConstraint(name="ck_profile_language", condition=Q(language__in=["ko", "en"])),
            models.CheckConstraint(name="ck_profile_theme", condition=Q(theme__in=["system", "light", "dark"])),
        ]

    def __str__(self) -> str:
        return f"profile of {self.account_id}"


class ProfileImage(GlobalModel):
    """`table_user_profile_images`: the picture as it was encoded here; what was uploaded is not kept."""

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, db_column="account_db_key", related_name="profile_image"
    )
    content = models.BinaryField()  # WebP
    content_hash = FixedBinaryField(length=32)  # SHA-256, the ETag
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_user_profile_images"

    def __str__(self) -> str:
        return f"image of {self.account_id}"
