from django.db import models
from django.db.models import Q

from shards.bases import ShardModel
from shards.fields import PublicIdField

CHANNELS = ["email", "sms", "push", "webhook"]


class NotificationPreference(ShardModel):
    """`table_notification_preferences`: what an account said of one type on one channel; no row allows all of it."""

    pk = models.CompositePrimaryKey("account_db_key", "type_id", "channel")
    account_db_key = models.PositiveBigIntegerField()
    type_id = models.CharField(max_length=64, db_collation="utf8mb4_bin")
    channel = models.CharField(max_length=10, db_collation="utf8mb4_bin")
    is_enabled = models.BooleanField()
    min_priority = models.PositiveSmallIntegerField()  # at least so urgent: 1 only urgent ones, 5 all

    class Meta:
        db_table = "table_notification_preferences"
        constraints = [
            models.CheckConstraint(name="ck_notification_preference_channel", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(name="ck_notification_preference_priority", condition=Q(min_priority__range=(1, 5))),
        ]


class NotificationDelivery(ShardModel):
    """`table_notification_deliveries`: a notification on its way out by one channel, and what became of it."""

    class State(models.TextChoices):
        PENDING = "pending"  # decided, or failed and waiting for its next try at next_attempt_at
        SENT = "sent"  # pending -> sent: the provider took it
        SKIPPED = "skipped"  # pending -> skipped: nobody to send it to
        CANCELLED = "cancelled"  # pending -> cancelled: read in the app before the SMS went
        EXPIRED = "expired"  # pending -> expired: too late to be worth sending
        COALESCED = "coalesced"  # pending -> coalesced: told by its parent, with a count
        DIGEST = "digest"  # pending -> digest: over the day's budget; waits for the morning's digest
        DIGESTED = "digested"  # digest -> digested: its parent is the digest
        DEAD_LETTER = "dead_letter"  # pending -> dead_letter: no try left; an operator may send it again

    idx = models.BigAutoField(primary_key=True)
    delivery_id = PublicIdField(unique=True)  # from notification and channel; the Message-ID and idempotency key
    account_db_key = models.PositiveBigIntegerField()
    notification_id = PublicIdField()
    type_id = models.CharField(max_length=64, db_collation="utf8mb4_bin")
    channel = models.CharField(max_length=10, db_collation="utf8mb4_bin")
    title = models.CharField(max_length=255)
    message = models.TextField()
    priority = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=15, choices=State, default=State.PENDING, db_default=State.PENDING, db_collation="utf8mb4_bin"
    )
    coalesced_count = models.PositiveIntegerField(default=1, db_default=1)  # how many it tells of
    parent_id = PublicIdField(null=True)  # the delivery that tells of this one
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField()  # while a sender has it: when its lease ends
    fence = models.PositiveIntegerField(default=0, db_default=0)  # grows with each claim
    is_outcome_open = models.BooleanField(default=False, db_default=False)  # a try began and its end is not known
    provider = models.PositiveSmallIntegerField(default=0, db_default=0)  # place in the channel's list
    targets_done = models.JSONField(null=True)  # devices or endpoints that have it already
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_notification_deliveries"
        verbose_name_plural = "notification deliveries"
        constraints = [
            models.CheckConstraint(name="ck_notification_delivery_channel", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="ck_notification_delivery_sent",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="ix_notification_delivery_due"),
            models.Index(fields=["account_db_key", "state"], name="ix_notification_delivery_acct"),
            models.Index(fields=["notification_id"], name="ix_notification_delivery_of"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.delivery_id}"


class NotificationTrace(ShardModel):
    """`table_notification_traces`: why an account did, or did not, get something: each decision and answer."""

    idx = models.BigAutoField(primary_key=True)
    notification_id = PublicIdField()
    account_db_key = models.PositiveBigIntegerField()
    channel = models.CharField(max_length=10, db_collation="utf8mb4_bin")
    decision = models.CharField(max_length=40, db_collation="utf8mb4_bin")
    detail = models.CharField(max_length=500, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_notification_traces"
        verbose_name = "notification decision"
        indexes = [models.Index(fields=["notification_id", "idx"], name="ix_notification_trace")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.decision}"


class NotificationBudget(ShardModel):
    """`table_notification_budgets`: how much of a channel's budget an account's day, in its own zone, has used."""

    pk = models.CompositePrimaryKey("account_db_key", "channel", "date")
    account_db_key = models.PositiveBigIntegerField()
    channel = models.CharField(max_length=10, db_collation="utf8mb4_bin")
    date = models.DateField()
    used_count = models.PositiveIntegerField()

    class Meta:
        db_table = "table_notification_budgets"
        indexes = [models.Index(fields=["date"], name="ix_notification_budget_sweep")]


class NotificationWebhook(ShardModel):
    """`table_notification_webhooks`: where an account wants to be told by HTTP. The secret is encrypted."""

    webhook_id = PublicIdField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    url = models.CharField(max_length=500, db_collation="utf8mb4_bin")
    secret = models.CharField(max_length=255, db_collation="utf8mb4_bin")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "table_notification_webhooks"
        indexes = [models.Index(fields=["account_db_key", "created_at"], name="ix_notification_webhook")]

    def __str__(self) -> str:
        return f"webhook of {self.account_db_key}"
