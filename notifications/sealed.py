"""Which columns of notifications are encrypted."""

from accounts.sealed import seals
from notifications.models.delivery import NotificationWebhook

seals(NotificationWebhook, "secret", owner="account_db_key")
