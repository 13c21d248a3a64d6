from django.db import models

from accounts.models.account import Account
from shards.bases import GlobalModel
from shards.fields import FixedBinaryField


class SecondFactor(GlobalModel):
    """`table_second_factors`: an authenticator app (TOTP, RFC 6238). In force once its first code was confirmed."""

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, db_column="account_db_key", related_name="second_factor"
    )
    secret = models.CharField(max_length=255, db_collation="utf8mb4_bin")  # encrypted, see accounts.keyring
    last_step = models.PositiveBigIntegerField(default=0, db_default=0)  # of 30 seconds; an older code is a replay
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_second_factors"

    def __str__(self) -> str:
        return f"second factor of {self.account_id}"


class RecoveryCode(GlobalModel):
    """`table_recovery_codes`: for who has lost the app; each works once."""

    recovery_id = models.BigAutoField(primary_key=True, db_column="id")
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="recovery_codes")
    code_hash = FixedBinaryField(length=32)  # HMAC-SHA-256
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_recovery_codes"
        constraints = [models.UniqueConstraint(fields=["account", "code_hash"], name="uq_recovery_account_code")]

    def __str__(self) -> str:
        return f"recovery code of {self.account_id}"
