from django.db import models

from accounts.models.account import Account
from shards.bases import GlobalModel
from shards.fields import FixedBinaryField, PublicIdField


class OneTimeCode(GlobalModel):
    """`table_one_time_codes`: something sent to an address to prove that its owner asked.

    Neither code nor link is here, nor a hash that could be guessed: both are derived from `nonce` with a key that no
    database has (`accounts.codes.derive`), so a task that sends one needs the id alone.
    """

    class Purpose(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        PASSWORD = "password"  # noqa: S105  # the word, not one

    code_id = PublicIdField(primary_key=True)
    account = models.ForeignKey(  # NULL: somebody asked for an address that no account has
        Account, models.PROTECT, db_column="account_db_key", null=True, related_name="codes"
    )
    purpose = models.CharField(max_length=10, choices=Purpose, db_collation="utf8mb4_bin")
    target = models.CharField(max_length=254)  # the address that it goes to
    nonce = FixedBinaryField(length=32)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # also when a newer one took its place

    class Meta:
        db_table = "table_one_time_codes"
        constraints = [
            models.CheckConstraint(
                name="ck_code_purpose", condition=models.Q(purpose__in=["email", "phone", "password"])
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="ix_code_expires_at")]

    def __str__(self) -> str:
        return str(self.code_id)
