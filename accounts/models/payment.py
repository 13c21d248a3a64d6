from django.db import models
from django.db.models import Case, F, Q, When

from accounts.models.account import Account
from accounts.models.payment_method import PaymentMethod
from accounts.models.plan import Plan
from shards.bases import GlobalModel
from shards.fields import PublicIdField


class Payment(GlobalModel):
    """`table_user_payments`: one row for each time that an account took a plan; the rows are its history.

    An account has one live row, and at most one that waits for its first charge. `access_until` is the one rule of
    what an account may use: the live row's plan, until then (NULL: without end), and the free plan afterwards.
    """

    class Status(models.TextChoices):
        PENDING = "PENDING"  # asked for; its first charge is not settled
        ACTIVE = "ACTIVE"  # pending -> active: paid, or free; past due -> active: paid late
        PAST_DUE = "PAST_DUE"  # active -> past due: a renewal was refused; usable until the grace period ends
        CANCELLED = "CANCELLED"  # pending -> cancelled: not paid; active, past due -> cancelled: ended at once
        EXPIRED = "EXPIRED"  # active, past due -> expired: the period or its grace ended, or another plan took over

    class Cycle(models.TextChoices):
        MONTHLY = "MONTHLY"
        YEARLY = "YEARLY"

    payment_id = PublicIdField(primary_key=True, db_column="id")
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="payments")
    payment_plan = models.ForeignKey(Plan, models.PROTECT, db_column="payment_plan", related_name="+")
    plan_name = models.CharField(max_length=50)
    plan_price = models.DecimalField(max_digits=19, decimal_places=6)  # of one cycle, as agreed then
    currency = models.CharField(max_length=3, db_collation="utf8mb4_bin")
    billing_cycle = models.CharField(
        max_length=10, choices=Cycle, default=Cycle.MONTHLY, db_default=Cycle.MONTHLY, db_collation="utf8mb4_bin"
    )
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # end of the paid period; NULL: the free plan
    access_until = models.DateTimeField(null=True)
    periods = models.PositiveIntegerField(default=0, db_default=0)  # paid ones; each end is counted from starts_at
    first_charge = models.DecimalField(max_digits=19, decimal_places=6, default=0, db_default=0)  # less what was unused
    payment_method = models.ForeignKey(
        PaymentMethod, models.PROTECT, null=True, db_column="payment_method", related_name="+"
    )
    auto_renewal = models.BooleanField(default=False, db_default=False)
    payment_status = models.CharField(max_length=10, choices=Status, db_collation="utf8mb4_bin")
    live_account = models.GeneratedField(
        expression=Case(When(payment_status__in=["ACTIVE", "PAST_DUE"], then=F("account")), default=None),
        output_field=models.PositiveBigIntegerField(null=True),
        db_persist=True,
    )
    pending_account = models.GeneratedField(
        expression=Case(When(payment_status="PENDING", then=F("account")), default=None),
        output_field=models.PositiveBigIntegerField(null=True),
        db_persist=True,
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_user_payments"
        verbose_name = "plan of an account"
        verbose_name_plural = "plans of accounts"
        constraints = [
            models.UniqueConstraint(fields=["live_account"], name="uq_payment_live"),
            models.UniqueConstraint(fields=["pending_account"], name="uq_payment_pending"),
            models.CheckConstraint(
                name="ck_payment_status",
                condition=Q(payment_status__in=["PENDING", "ACTIVE", "PAST_DUE", "CANCELLED", "EXPIRED"]),
            ),
            models.CheckConstraint(name="ck_payment_cycle", condition=Q(billing_cycle__in=["MONTHLY", "YEARLY"])),
            models.CheckConstraint(name="ck_payment_price", condition=Q(plan_price__gte=0)),
            models.CheckConstraint(
                name="ck_payment_access",
                condition=Q(expires_at__isnull=True, access_until__isnull=True)
                | Q(expires_at__gt=F("starts_at"), access_until__gte=F("expires_at")),
            ),
        ]
        indexes = [models.Index(fields=["payment_status", "expires_at"], name="ix_payment_due")]

    def __str__(self) -> str:
        return f"{self.payment_plan_id} of {self.account_id}"
