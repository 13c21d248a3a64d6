from django.db import models
from django.db.models import Q

from shards.bases import GlobalModel


class Plan(GlobalModel):
    """`table_plans`: what a plan costs and allows. `manage.py seed` writes the rows, administrators change them."""

    class Name(models.TextChoices):
        FREE = "FREE"
        BASIC = "BASIC"
        PREMIUM = "PREMIUM"
        ENTERPRISE = "ENTERPRISE"

    payment_plan = models.CharField(max_length=15, choices=Name, primary_key=True, db_collation="utf8mb4_bin")
    plan_name = models.CharField(max_length=50)
    monthly_price = models.DecimalField(max_digits=19, decimal_places=6)
    yearly_price = models.DecimalField(max_digits=19, decimal_places=6)
    currency = models.CharField(max_length=3, default="KRW", db_default="KRW", db_collation="utf8mb4_bin")
    alarms = models.PositiveIntegerField()  # at once, switched off ones too
    chat_tokens_per_day = models.PositiveIntegerField()

    class Meta:
        db_table = "table_plans"
        ordering = ["monthly_price"]
        constraints = [
            models.CheckConstraint(
                name="ck_plan_name", condition=Q(payment_plan__in=["FREE", "BASIC", "PREMIUM", "ENTERPRISE"])
            ),
            models.CheckConstraint(name="ck_plan_price", condition=Q(monthly_price__gte=0, yearly_price__gte=0)),
        ]

    def __str__(self) -> str:
        return self.plan_name
