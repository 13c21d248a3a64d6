from django.db import models

from shards.bases import EveryModel
from shards.fields import FixedBinaryField, PublicIdField


class IdempotencyKey(EveryModel):
    """One write that a client may send again: written in the transaction of that write, on its database.

    Without an answer the write is in flight, or was cut off: `claimed_at` decides which (see `shards.idempotency`).
    """

    idx = models.BigAutoField(primary_key=True)
    account_db_key = models.PositiveBigIntegerField()
    route = models.CharField(max_length=200, db_collation="utf8mb4_bin")
    idempotency_key = models.CharField(max_length=128, db_collation="utf8mb4_bin")
    request_hash = FixedBinaryField(length=32)  # HMAC-SHA-256 of path and body: a body may hold a password
    claim_id = PublicIdField()
    claimed_at = models.DateTimeField()
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body = models.BinaryField(null=True)

    class Meta:
        db_table = "table_idempotency_keys"
        constraints = [
            models.UniqueConstraint(
                fields=["account_db_key", "route", "idempotency_key"], name="uq_idempotency_account_route_key"
            ),
            models.CheckConstraint(
                name="ck_idempotency_answer",
                condition=models.Q(response_status__isnull=True, response_body__isnull=True)
                | models.Q(response_status__isnull=False, response_body__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["claimed_at"], name="ix_idempotency_claimed_at")]

    def __str__(self) -> str:
        return f"{self.account_db_key} {self.route} {self.idempotency_key}"
