from django.db import models

from shards.bases import ShardModel


class AccountResidence(ShardModel):
    """One row for each account that lives on this shard: what every routine that writes for it reads first.

    Whoever moves an account changes the row under an exclusive lock, so that no writer with a stale mapping, and no
    transaction opened before the move, can write on the shard that the account left.
    """

    class State(models.TextChoices):
        ACTIVE = "active"  # provisioned here, or arrived
        MOVING = "moving"  # active -> moving: copied away at this moment, nobody writes
        MOVED = "moved"  # moving -> moved: lives elsewhere

    account_db_key = models.PositiveBigIntegerField(primary_key=True)
    state = models.CharField(
        max_length=10, choices=State, db_default=State.ACTIVE, db_collation="utf8mb4_bin", default=State.ACTIVE
    )
    epoch = models.PositiveIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "table_account_residence"
        constraints = [
            models.CheckConstraint(
                name="ck_residence_state", condition=models.Q(state__in=["active", "moving", "moved"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_db_key} {self.state}"
