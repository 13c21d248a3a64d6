from django.db import models
from django.db.models import Case, F, Q, When

from accounts.models.account import Account
from accounts.models.payment import Payment
from shards.bases import GlobalModel
from shards.fields import PublicIdField


class PaymentCharge(GlobalModel):
    """`table_payment_charges`: every attempt to charge, and what became of it.

    A state is never followed by a lower one, so that what the provider says may come twice and in any order.
    """

    class Kind(models.TextChoices):
        FIRST = "FIRST"  # of a change of plan
        RENEWAL = "RENEWAL"

    class Status(models.TextChoices):
        PENDING = "PENDING"  # the provider has not said
        FAILED = "FAILED"  # pending -> failed
        SUCCEEDED = "SUCCEEDED"  # pending, failed -> succeeded
        REFUNDED = "REFUNDED"  # any -> refunded: nothing was charged in the end

    charge_id = PublicIdField(primary_key=True)  # the provider's idempotency key
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="charges")
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="charges")
    kind = models.CharField(max_length=10, choices=Kind, db_collation="utf8mb4_bin")
    period = models.PositiveIntegerField()  # the how many-th of the payment it is for, from 1
    amount = models.DecimalField(max_digits=19, decimal_places=6)
    currency = models.CharField(max_length=3, db_collation="utf8mb4_bin")
    charge_status = models.CharField(max_length=10, choices=Status, db_collation="utf8mb4_bin")
    provider = models.CharField(max_length=20, db_collation="utf8mb4_bin")
    provider_reference = models.CharField(max_length=100, default="", db_default="", db_collation="utf8mb4_bin")
    failure_code = models.CharField(max_length=50, default="", db_default="", db_collation="utf8mb4_bin")
    pending_payment = models.GeneratedField(
        expression=Case(When(charge_status="PENDING", then=F("payment")), default=None),
        output_field=PublicIdField(null=True),
        db_persist=True,
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "table_payment_charges"
        verbose_name = "charge"
        constraints = [
            models.UniqueConstraint(fields=["pending_payment"], name="uq_charge_pending"),
            models.CheckConstraint(name="ck_charge_kind", condition=Q(kind__in=["FIRST", "RENEWAL"])),
            models.CheckConstraint(
                name="ck_charge_status", condition=Q(charge_status__in=["PENDING", "FAILED", "SUCCEEDED", "REFUNDED"])
            ),
            models.CheckConstraint(name="ck_charge_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(fields=["account", "charge_id"], name="ix_charge_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.charge_id}"


class PaymentWebhook(GlobalModel):
    """`table_payment_webhooks`: each event of a provider that was taken, once."""

    pk = models.CompositePrimaryKey("provider", "event_id")
    provider = models.CharField(max_length=20, db_collation="utf8mb4_bin")
    event_id = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    event_type = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    charge_id = PublicIdField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "table_payment_webhooks"


class LocalCharge(GlobalModel):
    """`table_local_provider_charges`: the books of the local provider, which stands for somebody else's server."""

    charge_id = PublicIdField(primary_key=True)
    reference = models.CharField(max_length=40, unique=True, db_collation="utf8mb4_bin")
    provider_token = models.CharField(max_length=255, db_collation="utf8mb4_bin")
    amount = models.DecimalField(max_digits=19, decimal_places=6)
    currency = models.CharField(max_length=3, db_collation="utf8mb4_bin")
    charge_status = models.CharField(max_length=10, db_collation="utf8mb4_bin")
    told_status = models.CharField(max_length=10, default="", db_default="", db_collation="utf8mb4_bin")  # by webhook
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_local_provider_charges"

    def __str__(self) -> str:
        return self.reference
