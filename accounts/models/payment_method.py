from django.db import models
from django.db.models import Case, F, Q, When

from accounts.models.account import Account
from shards.bases import GlobalModel
from shards.fields import PublicIdField


class PaymentMethod(GlobalModel):
    """`table_payment_methods`: a card that the provider keeps; here are its token and what it is known by.

    A removed one stays as a row, because charges name it.
    """

    payment_method_id = PublicIdField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="payment_methods")
    provider = models.CharField(max_length=20, db_collation="utf8mb4_bin")
    provider_token = models.CharField(max_length=255, db_collation="utf8mb4_bin")
    brand = models.CharField(max_length=30)
    last_four = models.CharField(max_length=4, db_collation="utf8mb4_bin")
    is_default = models.BooleanField(default=False, db_default=False)
    removed_at = models.DateTimeField(null=True)
    default_account = models.GeneratedField(
        expression=Case(When(is_default=True, then=F("account")), default=None),
        output_field=models.PositiveBigIntegerField(null=True),
        db_persist=True,
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_payment_methods"
        constraints = [
            models.UniqueConstraint(fields=["default_account"], name="uq_payment_method_default"),
            models.CheckConstraint(
                name="ck_payment_method_default", condition=Q(is_default=False) | Q(removed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.last_four}"
