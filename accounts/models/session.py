from django.db import models

from accounts.models.account import Account
from shards.bases import GlobalModel
from shards.fields import FixedBinaryField, PublicIdField


class UserSession(GlobalModel):
    """`table_user_sessions`: one log-in. Redis holds the live copy, this row outlives Redis. The token is not in it."""

    session_id = PublicIdField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, db_column="account_db_key", related_name="sessions")
    token_hash = FixedBinaryField(length=32, unique=True)  # SHA-256
    address = models.CharField(max_length=45, db_collation="utf8mb4_bin")
    created_at = models.DateTimeField()
    last_seen = models.DateTimeField()
    expires_at = models.DateTimeField()  # slides with use, up to SESSION_ABSOLUTE_SECONDS after created_at
    ended_at = models.DateTimeField(null=True)  # NULL: not logged out
    is_buried = models.BooleanField(default=False, db_default=False)  # Redis has a tombstone for an ended session

    class Meta:
        db_table = "table_user_sessions"
        verbose_name = "session"
        indexes = [
            models.Index(fields=["account", "address"], name="ix_session_account_address"),
            models.Index(fields=["expires_at"], name="ix_session_expires_at"),
            models.Index(fields=["is_buried", "ended_at"], name="ix_session_unburied"),
        ]

    def __str__(self) -> str:
        return str(self.session_id)
