"""The sagas of one database: where each stands, its steps, who holds a resource, and what was done here for others."""

from django.db import models
from django.db.models import Q

from shards.bases import EveryModel
from shards.fields import PublicIdField


class SagaInstance(EveryModel):
    """One saga, on the database where it was started. Whoever changes the row holds the `version` that he read."""

    class Status(models.TextChoices):
        WAITING = "waiting"  # started while another saga held its resource; goes on in its turn
        STARTED = "started"  # runs its steps forwards
        COMPENSATING = "compensating"  # started -> a step was refused or given up: undoes what was done, backwards
        COMPLETED = "completed"  # started -> every step is done
        COMPENSATED = "compensated"  # waiting, compensating -> nothing of it is left
        FAILED = "failed"  # started, compensating -> an operator ended it where it stood

    OPEN = (Status.WAITING, Status.STARTED, Status.COMPENSATING)

    saga_id = PublicIdField(primary_key=True)
    saga_type = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    definition_version = models.PositiveSmallIntegerField()
    idempotency_key = models.CharField(max_length=128, db_collation="utf8mb4_bin")
    initiator_id = models.CharField(max_length=100, db_collation="utf8mb4_bin")  # the account, where there is one
    resource = models.CharField(max_length=128, default="", db_default="", db_collation="utf8mb4_bin")
    ticket = models.PositiveBigIntegerField(default=0, db_default=0)  # its place in the resource's queue
    status = models.CharField(max_length=15, choices=Status, db_collation="utf8mb4_bin")
    current_step = models.PositiveSmallIntegerField(default=0, db_default=0)  # from 1; 0: none yet, or none any more
    total_steps = models.PositiveSmallIntegerField()
    saga_data = models.JSONField()  # what it was started with, and what its steps have answered since
    error_message = models.TextField(default="", db_default="")  # why it went back
    version = models.PositiveBigIntegerField(default=1, db_default=1)  # grows with each change; also the claim's fence
    due_at = models.DateTimeField(null=True)  # when somebody must look at it: now, after a pause, when a lease ends
    is_stuck = models.BooleanField(default=False, db_default=False)  # tried too often, and must go on all the same
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)  # when it ended, however

    class Meta:
        db_table = "saga_instances"
        verbose_name = "saga"
        constraints = [
            models.UniqueConstraint(fields=["saga_type", "idempotency_key"], name="uq_saga_idempotency_key"),
            models.CheckConstraint(
                name="ck_saga_status",
                condition=Q(status__in=["waiting", "started", "compensating", "completed", "compensated", "failed"]),
            ),
            models.CheckConstraint(
                name="ck_saga_due",
                condition=Q(status__in=["started", "compensating"], due_at__isnull=False)
                | (~Q(status__in=["started", "compensating"]) & Q(due_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="ck_saga_completed_at",
                condition=Q(status__in=["waiting", "started", "compensating"], completed_at__isnull=True)
                | (~Q(status__in=["waiting", "started", "compensating"]) & Q(completed_at__isnull=False)),
            ),
            models.CheckConstraint(name="ck_saga_step", condition=Q(current_step__lte=models.F("total_steps"))),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="ix_saga_due_at"),
            models.Index(fields=["status", "created_at"], name="ix_saga_status"),
            models.Index(fields=["resource", "status", "ticket"], name="ix_saga_resource"),
            models.Index(fields=["initiator_id", "created_at"], name="ix_saga_initiator"),
            models.Index(fields=["created_at"], name="ix_saga_created_at"),
            models.Index(fields=["is_stuck", "created_at"], name="ix_saga_stuck"),
            models.Index(fields=["completed_at"], name="ix_saga_completed_at"),
        ]

    def __str__(self) -> str:
        return f"{self.saga_type} {self.saga_id}"


class SagaStep(EveryModel):
    """One step of a saga: its action's tries, and those of its compensation."""

    class Status(models.TextChoices):
        PENDING = "pending"  # not reached
        RUNNING = "running"  # its action is tried
        COMPLETED = "completed"  # running -> the action is done
        FAILED = "failed"  # running -> refused, or given up
        COMPENSATING = "compensating"  # completed, failed (its outcome unknown) -> its compensation is tried
        COMPENSATED = "compensated"  # compensating -> undone
        SKIPPED = "skipped"  # running, compensating -> an operator went over it

    saga = models.ForeignKey(SagaInstance, models.PROTECT, db_column="saga_id", related_name="steps", db_index=False)
    step_number = models.PositiveSmallIntegerField()
    step_name = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    status = models.CharField(
        max_length=15, choices=Status, default=Status.PENDING, db_default=Status.PENDING, db_collation="utf8mb4_bin"
    )
    timeout_ms = models.PositiveIntegerField()  # one try's
    target = models.CharField(max_length=50, default="", db_default="", db_collation="utf8mb4_bin")  # alias, elsewhere
    tries = models.PositiveIntegerField(default=0, db_default=0)
    request_data = models.JSONField(null=True)  # what the action was given
    response_data = models.JSONField(null=True)  # what it answered
    error_message = models.TextField(default="", db_default="")  # of its last try
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    compensation_tries = models.PositiveIntegerField(default=0, db_default=0)
    compensation_error = models.TextField(default="", db_default="")
    compensation_started_at = models.DateTimeField(null=True)
    compensated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "saga_steps"
        verbose_name = "saga step"
        constraints = [
            models.UniqueConstraint(fields=["saga", "step_number"], name="uq_saga_step_number"),
            models.CheckConstraint(
                name="ck_saga_step_status",
                condition=Q(
                    status__in=["pending", "running", "completed", "failed", "compensating", "compensated", "skipped"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_number} {self.step_name}"


class SagaLock(EveryModel):
    """The saga that holds a resource, until it ends; those behind it are its waiting instances, by ticket."""

    resource = models.CharField(max_length=128, primary_key=True, db_collation="utf8mb4_bin")
    saga_id = PublicIdField()
    next_ticket = models.PositiveBigIntegerField(default=1, db_default=1)
    held_since = models.DateTimeField()

    class Meta:
        db_table = "saga_locks"
        verbose_name = "saga lock"

    def __str__(self) -> str:
        return self.resource


class SagaInbox(EveryModel):
    """What this database has done for a step of a saga, wherever that one lives; written with the effect itself."""

    class State(models.TextChoices):
        NEW = "new"  # only inside the transaction that makes the row
        DONE = "done"  # new -> the action's effect is here
        REFUSED = "refused"  # new -> the action said no; nothing of it is here
        UNDONE = "undone"  # new, done, refused -> compensated; an action that comes later does nothing

    pk = models.CompositePrimaryKey("saga_id", "step_number")
    saga_id = PublicIdField()
    step_number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, db_collation="utf8mb4_bin")
    response_data = models.JSONField(null=True)
    error_message = models.TextField(default="", db_default="")
    handled_at = models.DateTimeField()

    class Meta:
        db_table = "saga_inbox"
        constraints = [
            models.CheckConstraint(
                name="ck_saga_inbox_state", condition=Q(state__in=["new", "done", "refused", "undone"])
            )
        ]
        indexes = [models.Index(fields=["handled_at"], name="ix_saga_inbox_handled_at")]


class SagaOperation(EveryModel):
    """What an operator did to a saga, and why."""

    class Operation(models.TextChoices):
        RETRY = "retry"  # the current step is tried now, its tries counted anew
        SKIP = "skip"  # the current step counts as done, or as undone
        ABORT = "abort"  # before the pivot: undo what was done; else it ends where it stands

    saga = models.ForeignKey(SagaInstance, models.PROTECT, db_column="saga_id", related_name="operations")
    step_number = models.PositiveSmallIntegerField()
    operation = models.CharField(max_length=10, choices=Operation, db_collation="utf8mb4_bin")
    operator = models.CharField(max_length=100)  # an account id, or the user of the command line
    reason = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "saga_operations"
        verbose_name = "saga operation"
        constraints = [
            models.CheckConstraint(
                name="ck_saga_operation", condition=Q(operation__in=["retry", "skip", "abort"]) & ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} by {self.operator}"
