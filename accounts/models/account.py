from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from shards.bases import GlobalModel

OPERATOR, ADMINISTRATOR = 2, 4


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        """For `manage.py` and the admin: operators are accounts of platform 1, the web."""
        return self.get(platform_type=Account.Platform.WEB, account_id=username)


class Account(GlobalModel, AbstractBaseUser):
    """`table_accountid`: who may log in. One id on two platforms is two accounts. The first key is 1000."""

    class Platform(models.IntegerChoices):
        WEB = 1
        MOBILE = 2

    class Status(models.TextChoices):
        NORMAL = "Normal"
        BLOCKED = "Blocked"
        SUSPENDED = "Suspended"
        WITHDRAWN = "Withdrawn"

    class Gender(models.TextChoices):
        MALE = "M"
        FEMALE = "F"
        OTHER = "OTHER"

    class Level(models.IntegerChoices):
        NONE = 0
        USER = 1
        OPERATOR = OPERATOR
        DEVELOPER = 3
        ADMINISTRATOR = ADMINISTRATOR

    account_db_key = models.BigAutoField(primary_key=True)
    platform_type = models.PositiveSmallIntegerField(choices=Platform, default=Platform.WEB, db_default=Platform.WEB)
    account_id = models.CharField(max_length=100)
    password = models.CharField(max_length=255, db_column="password_hash", db_collation="utf8mb4_bin")
    nickname = models.CharField(max_length=50)
    email = models.CharField(max_length=254)
    email_verified = models.BooleanField(default=False, db_default=False)
    # E.164
    phone_number = models.CharField(max_length=16, null=True, blank=True, db_collation="utf8mb4_bin")  # noqa: DJ001
    phone_verified = models.BooleanField(default=False, db_default=False)
    birth_date = models.DateField(null=True, blank=True)
    gender = models.CharField(  # noqa: DJ001  # NULL: not said
        max_length=5, choices=Gender, null=True, blank=True, db_collation="utf8mb4_bin"
    )
    account_status = models.CharField(
        max_length=15, choices=Status, default=Status.NORMAL, db_default=Status.NORMAL, db_collation="utf8mb4_bin"
    )
    block_endtime = models.DateTimeField(null=True, blank=True)  # a block ends by itself then; NULL: it does not
    account_level = models.PositiveSmallIntegerField(choices=Level, default=Level.USER, db_default=Level.USER)
    login_count = models.PositiveIntegerField(default=0, db_default=0)
    last_login = models.DateTimeField(null=True, blank=True, db_column="login_time")
    logout_time = models.DateTimeField(null=True, blank=True)
    withdraw_time = models.DateTimeField(null=True, blank=True)  # asked for then; NULL: stays
    withdraw_cancel_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    create_time = models.DateTimeField(auto_now_add=True)
    # Who makes an UPDATE, and why: for the trigger that keeps table_account_audit, which empties both.
    changed_by = models.PositiveBigIntegerField(null=True, editable=False)
    change_reason = models.CharField(max_length=200, null=True, editable=False)  # noqa: DJ001

    objects = AccountManager()

    USERNAME_FIELD = "account_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email", "nickname"]

    class Meta:
        db_table = "table_accountid"
        verbose_name = "account"
        constraints = [
            models.UniqueConstraint(fields=["platform_type", "account_id"], name="uq_accountid_platform_account"),
            models.UniqueConstraint(fields=["platform_type", "email"], name="uq_accountid_platform_email"),
            models.CheckConstraint(name="ck_accountid_platform", condition=models.Q(platform_type__in=[1, 2])),
            models.CheckConstraint(name="ck_accountid_level", condition=models.Q(account_level__range=(0, 4))),
            models.CheckConstraint(
                name="ck_accountid_status",
                condition=models.Q(account_status__in=["Normal", "Blocked", "Suspended", "Withdrawn"]),
            ),
            models.CheckConstraint(name="ck_accountid_gender", condition=models.Q(gender__in=["M", "F", "OTHER"])),
            models.CheckConstraint(
                name="ck_accountid_phone_verified",
                condition=models.Q(phone_verified=False) | models.Q(phone_number__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["nickname"], name="ix_accountid_nickname"),
            models.Index(fields=["phone_number"], name="ix_accountid_phone"),
            models.Index(fields=["account_status", "withdraw_time"], name="ix_accountid_withdraw"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} ({self.account_db_key})"

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's class attribute says True for everybody
        return self.account_status == self.Status.NORMAL

    @property
    def is_staff(self) -> bool:
        """Operators and above may open the admin."""
        return self.is_active and self.account_level >= OPERATOR

    @property
    def is_superuser(self) -> bool:
        return self.is_active and self.account_level >= ADMINISTRATOR

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Operators see, administrators change."""
        return self.is_superuser or (self.is_staff and perm.partition(".")[2].startswith("view_"))

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
