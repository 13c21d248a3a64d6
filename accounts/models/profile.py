from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from shards.bases import GlobalModel


class Profile(GlobalModel):
    """`table_user_profiles`: made with the account, completed by the user later."""

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, db_column="account_db_key", related_name="profile"
    )
    investment_experience = models.CharField(max_length=15, db_default="BEGINNER", db_collation="utf8mb4_bin")
    risk_tolerance = models.CharField(max_length=15, db_default="MODERATE", db_collation="utf8mb4_bin")
    investment_goal = models.CharField(max_length=15, db_default="GROWTH", db_collation="utf8mb4_bin")
    monthly_budget = models.DecimalField(max_digits=19, decimal_places=6, db_default=0)
    profile_completed = models.BooleanField(db_default=False)
    country = models.CharField(max_length=3, db_default="KOR", db_collation="utf8mb4_bin")
    timezone = models.CharField(max_length=50, db_default="Asia/Seoul", db_collation="utf8mb4_bin")
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
        ]

    def __str__(self) -> str:
        return f"profile of {self.account_id}"
