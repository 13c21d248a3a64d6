from django.db import models
from django.db.models import Q

from shards.bases import ShardModel
from tutorial.definitions import TYPES


class TutorialProgress(ShardModel):
    """`table_tutorial_progress`: the furthest step of an account in a tutorial. It never goes back."""

    pk = models.CompositePrimaryKey("account_db_key", "tutorial_type")
    account_db_key = models.PositiveBigIntegerField()
    tutorial_type = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    completed_step = models.PositiveSmallIntegerField()  # the furthest done; the steps before it need not be
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_tutorial_progress"
        constraints = [
            models.CheckConstraint(name="ck_tutorial_progress_type", condition=Q(tutorial_type__in=TYPES)),
            models.CheckConstraint(name="ck_tutorial_progress_step", condition=Q(completed_step__gte=1)),
        ]


class TutorialStep(ShardModel):
    """`table_tutorial_steps`: the steps that an account really did. What was skipped has no row."""

    class CompletedBy(models.TextChoices):
        USER = "user"  # the app said so
        EVENT = "event"  # the account did the thing itself, and the outbox told of it

    idx = models.BigAutoField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    tutorial_type = models.CharField(max_length=50, db_collation="utf8mb4_bin")
    step_id = models.CharField(max_length=64, db_collation="utf8mb4_bin")
    completed_by = models.CharField(max_length=10, choices=CompletedBy, db_collation="utf8mb4_bin")
    completed_at = models.DateTimeField()
    seconds_since_signup = models.PositiveIntegerField()

    class Meta:
        db_table = "table_tutorial_steps"
        verbose_name = "tutorial step done"
        verbose_name_plural = "tutorial steps done"
        constraints = [
            models.UniqueConstraint(fields=["account_db_key", "tutorial_type", "step_id"], name="uq_tutorial_step"),
            models.CheckConstraint(name="ck_tutorial_step_type", condition=Q(tutorial_type__in=TYPES)),
            models.CheckConstraint(name="ck_tutorial_step_by", condition=Q(completed_by__in=["user", "event"])),
        ]
        indexes = [
            models.Index(fields=["tutorial_type", "step_id", "seconds_since_signup"], name="ix_tutorial_step_funnel")
        ]

    def __str__(self) -> str:
        return f"{self.step_id} of {self.account_db_key}"
