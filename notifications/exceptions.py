"""Refusals about notifications: 313xx."""

from config.refusals import Refusal


class NotificationUnknown(Refusal):
    code = "notification_unknown"
    status = 404
    errno = 31301
    detail = "There is no such notification."
