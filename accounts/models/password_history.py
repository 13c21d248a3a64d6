from django.db import models

from accounts.models.account import Account
from shards.bases import GlobalModel


class PasswordHistory(GlobalModel):
    """`table_password_history`: one change each, with the hashes before and after, which nobody is shown."""

    class Reason(models.TextChoices):
        USER_REQUESTED = "USER_REQUESTED"
        RESET = "RESET"  # by an e-mailed link

    history_id = models.BigAutoField(primary_key=True, db_column="id")
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="password_history")
    old_password_hash = models.CharField(max_length=255, db_collation="utf8mb4_bin")
    new_password_hash = models.CharField(max_length=255, db_collation="utf8mb4_bin")
    change_reason = models.CharField(max_length=100, choices=Reason)
    changed_by_ip = models.CharField(max_length=45, db_collation="utf8mb4_bin")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "table_password_history"
        verbose_name = "change of a password"
        verbose_name_plural = "changes of passwords"
        constraints = [
            models.CheckConstraint(
                name="ck_password_history_reason", condition=models.Q(change_reason__in=["USER_REQUESTED", "RESET"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.change_reason} of {self.account_id}"
