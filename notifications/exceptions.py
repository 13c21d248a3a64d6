"""Refusals about notifications: 313xx."""

from shards.exceptions import Refusal


class NotificationUnknown(Refusal):
    code = "notification_unknown"
    status = 404
    errno = 31301
    detail = "There is no such notification."
