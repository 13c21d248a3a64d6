from django.db import models

from accounts.models.account import Account
from shards.bases import GlobalModel


class AccountErasure(GlobalModel):
    """`table_account_erasures`: that an account's personal data is gone, since when, and how much of it there was."""

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, db_column="account_db_key", related_name="erasure"
    )
    requested_at = models.DateTimeField()
    erased_at = models.DateTimeField()
    erased_rows = models.JSONField()  # table -> rows, of this last run

    class Meta:
        db_table = "table_account_erasures"
        verbose_name = "erased account"

    def __str__(self) -> str:
        return str(self.account_id)
