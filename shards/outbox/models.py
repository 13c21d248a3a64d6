"""The outbox of one database: queue, counters, log, partitions (leases) and the progress of consumers."""

from django.db import models

from shards.bases import EveryModel
from shards.fields import PublicIdField


class _Event(EveryModel):
    event_id = PublicIdField(primary_key=True, db_column="id")
    domain = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    partition_key = models.CharField(max_length=128, db_collation="utf8mb4_bin")
    sequence_no = models.PositiveBigIntegerField()
    event_type = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    schema_version = models.PositiveSmallIntegerField(default=1, db_default=1)
    aggregate_id = models.CharField(max_length=128, db_collation="utf8mb4_bin")
    event_data = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.domain}/{self.partition_key} {self.sequence_no} {self.event_type}"


class UniversalOutbox(_Event):
    """The hot queue: what is committed and not yet published. A published event moves to `outbox_events`."""

    class Status(models.TextChoices):
        PENDING = "pending"  # published into the queue by fp_universal_outbox_publish
        FAILED = "failed"  # pending -> failed: waits for its partition's next_attempt_at
        DEAD_LETTER = "dead_letter"  # failed -> dead_letter: max_retries used up; -> pending when it is replayed

    status = models.CharField(
        max_length=15, choices=Status, default=Status.PENDING, db_default=Status.PENDING, db_collation="utf8mb4_bin"
    )
    retry_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    max_retries = models.PositiveSmallIntegerField(default=10, db_default=10)
    error_message = models.TextField(default="", db_default="")

    class Meta:
        db_table = "universal_outbox"
        verbose_name = "outbox event, waiting"
        verbose_name_plural = "outbox events, waiting"
        constraints = [
            models.UniqueConstraint(fields=["domain", "partition_key", "sequence_no"], name="uq_outbox_sequence"),
            models.CheckConstraint(
                name="ck_outbox_status", condition=models.Q(status__in=["pending", "failed", "dead_letter"])
            ),
        ]


class OutboxEvent(_Event):
    """The append-only log of what was published, kept for a set time so that it can be replayed."""

    published_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_events"
        verbose_name = "outbox event, published"
        verbose_name_plural = "outbox events, published"
        constraints = [
            models.UniqueConstraint(fields=["domain", "partition_key", "sequence_no"], name="uq_outbox_event_sequence")
        ]
        indexes = [models.Index(fields=["published_at"], name="ix_outbox_event_published_at")]


class OutboxSequence(EveryModel):
    """The counters. A publisher holds its partition's row until it commits: hence gapless, in commit order."""

    pk = models.CompositePrimaryKey("domain", "partition_key")
    domain = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    partition_key = models.CharField(max_length=128, db_collation="utf8mb4_bin")
    next_sequence = models.PositiveBigIntegerField(default=1, db_default=1)

    class Meta:
        db_table = "outbox_sequences"


class OutboxPartition(EveryModel):
    """Which relay holds a partition, and how its sending goes. Publishers never touch it."""

    pk = models.CompositePrimaryKey("domain", "partition_key")
    domain = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    partition_key = models.CharField(max_length=128, db_collation="utf8mb4_bin")
    fence = models.PositiveBigIntegerField(default=0, db_default=0)  # grows with each claim
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, db_default=0)  # claims since the last success
    next_attempt_at = models.DateTimeField(null=True)
    blocked_by = models.PositiveBigIntegerField(
        null=True
    )  # the dead letter's sequence_no; replayed or passed over: NULL

    class Meta:
        db_table = "outbox_partitions"


class OutboxStream(EveryModel):
    """The last id that Redis gave in each stream of this database: a stream that is behind it has lost data."""

    stream = models.CharField(max_length=100, primary_key=True, db_collation="utf8mb4_bin")
    last_id = models.CharField(max_length=50, db_collation="utf8mb4_bin")  # padded, so that text order is id order
    lost_at = models.DateTimeField(null=True)  # NULL: nothing has to be sent again

    class Meta:
        db_table = "outbox_streams"

    def __str__(self) -> str:
        return f"{self.stream} {self.last_id}"


class OutboxConsumer(EveryModel):
    """How far a consumer has come in a partition, and what holds it up there: always the event after `sequence_no`."""

    pk = models.CompositePrimaryKey("consumer", "domain", "partition_key")
    consumer = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    domain = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    partition_key = models.CharField(max_length=128, db_collation="utf8mb4_bin")
    sequence_no = models.PositiveBigIntegerField()
    seen_no = models.PositiveBigIntegerField(
        default=0, db_default=0
    )  # acknowledged; read from the log when its turn comes
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)  # of the next event
    next_attempt_at = models.DateTimeField(null=True)  # NULL: nothing waits to be tried again
    blocked_by = models.PositiveBigIntegerField(
        null=True
    )  # the parked event's sequence_no, where the domain's policy says so
    error_message = models.TextField(default="", db_default="")
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_consumers"
        indexes = [models.Index(fields=["consumer", "next_attempt_at"], name="ix_outbox_consumer_due")]


class OutboxReader(EveryModel):
    """Which process reads a stream for a consumer: a lease on this database's clock, and a fence that grows."""

    pk = models.CompositePrimaryKey("consumer", "stream")
    consumer = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    stream = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    fence = models.PositiveBigIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox_readers"


class OutboxInbox(EveryModel):
    """Which events had their effect on this database; written in the effect's transaction."""

    pk = models.CompositePrimaryKey("consumer", "event_id")
    consumer = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    event_id = PublicIdField()
    handled_at = models.DateTimeField()

    class Meta:
        db_table = "outbox_inbox"
        indexes = [models.Index(fields=["handled_at"], name="ix_outbox_inbox_handled_at")]


class OutboxParked(_Event):
    """Events whose handler failed too often, each a whole copy: the log may forget, this may not."""

    class Wish(models.TextChoices):
        REPLAY = "replay"  # an operator wants it tried once more
        SKIP = "skip"  # an operator wants its partition to go on without it

    event_id = PublicIdField()
    parked_no = models.BigAutoField(primary_key=True)
    consumer = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    tries = models.PositiveSmallIntegerField()
    reason = models.TextField()
    parked_at = models.DateTimeField()
    wish = models.CharField(max_length=10, null=True, choices=Wish, db_collation="utf8mb4_bin")  # noqa: DJ001  # NULL: none
    wished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox_parked"
        verbose_name = "parked event"
        verbose_name_plural = "parked events"
        constraints = [models.UniqueConstraint(fields=["consumer", "event_id"], name="uq_outbox_parked")]
        indexes = [models.Index(fields=["consumer", "wished_at"], name="ix_outbox_parked_wished_at")]
