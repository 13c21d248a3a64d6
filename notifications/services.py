"""What changes notifications."""

from notifications import procedures
from shards.transactions import in_account_transaction

notification_mark_read = in_account_transaction(procedures.inapp_notification_mark_read)
