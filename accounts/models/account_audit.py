from django.db import models
from django.db.models import Q

from accounts.models.account import Account
from shards.bases import GlobalModel


class AccountAudit(GlobalModel):
    """`table_account_audit`: what was changed on an account, by whom and why. Rows are added, never changed.

    Status, level and e-mail are written by the trigger of `table_accountid`; the rest by whoever does it.
    """

    class Subject(models.TextChoices):
        STATUS = "account_status"
        LEVEL = "account_level"
        EMAIL = "email"
        SESSIONS = "sessions"  # an operator ended them all
        RESET_LINK = "reset_link"  # an operator had one sent
        SECOND_FACTOR = "second_factor"  # an operator took it off
        THROTTLE = "throttle"  # an operator lifted it
        PLAN = "plan"  # an operator prolonged it

    idx = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="audit")
    subject = models.CharField(max_length=20, choices=Subject, db_collation="utf8mb4_bin")
    old_value = models.CharField(max_length=254, blank=True)
    new_value = models.CharField(max_length=254, blank=True)
    changed_by = models.PositiveBigIntegerField(null=True)  # NULL: the account itself, or the platform
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "table_account_audit"
        verbose_name = "change of an account"
        verbose_name_plural = "changes of accounts"
        constraints = [
            models.CheckConstraint(
                name="ck_audit_subject",
                condition=Q(
                    subject__in=[
                        "account_status", "account_level", "email", "sessions", "reset_link", "second_factor",
                        "throttle", "plan",
                    ]
                ),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subject} of {self.account_id}"
