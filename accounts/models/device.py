from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from shards.bases import GlobalModel
from shards.fields import FixedBinaryField, PublicIdField


class Device(GlobalModel):
    """`table_user_devices`: where push notifications go. A token belongs to the account that registered it last."""

    class Kind(models.TextChoices):
        IOS = "ios"
        ANDROID = "android"
        WEB = "web"

    device_id = PublicIdField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="devices")
    device_type = models.CharField(max_length=10, choices=Kind, db_collation="utf8mb4_bin")
    device_name = models.CharField(max_length=100, db_default="")
    push_token = models.CharField(max_length=2000, db_collation="utf8mb4_bin")
    token_hash = FixedBinaryField(length=32, unique=True)  # SHA-256: the token is too long for an index
    created_at = models.DateTimeField()
    last_seen = models.DateTimeField()  # registered again: apps do so at each start

    class Meta:
        db_table = "table_user_devices"
        constraints = [
            models.CheckConstraint(name="ck_device_type", condition=Q(device_type__in=["ios", "android", "web"]))
        ]
        indexes = [models.Index(fields=["last_seen"], name="ix_device_last_seen")]

    def __str__(self) -> str:
        return f"{self.device_type} of {self.account_id}"
