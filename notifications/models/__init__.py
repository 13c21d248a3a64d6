from notifications.models.delivery import (
    NotificationBudget,
    NotificationDelivery,
    NotificationPreference,
    NotificationTrace,
    NotificationWebhook,
)
from notifications.models.inapp import (
    InappNotification,
    InappNotificationCounter,
    InappNotificationStats,
    NotificationStamp,
)
from notifications.models.notice import Notice, NoticeProgress
from notifications.models.price import PriceAlarm
from notifications.models.settings import NotificationSettings

__all__ = [
    "InappNotification",
    "InappNotificationCounter",
    "InappNotificationStats",
    "Notice",
    "NoticeProgress",
    "NotificationBudget",
    "NotificationDelivery",
    "NotificationPreference",
    "NotificationSettings",
    "NotificationStamp",
    "NotificationTrace",
    "NotificationWebhook",
    "PriceAlarm",
]
