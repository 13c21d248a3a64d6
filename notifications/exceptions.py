"""Refusals about notifications: 313xx."""

from config.refusals import Refusal


class NotificationUnknown(Refusal):
    code = "notification_unknown"
    status = 404
    errno = 31301
    detail = "There is no such notification."


class WebhookLimitReached(Refusal):
    code = "webhook_limit_reached"
    status = 409
    errno = 31302
    detail = "You have five webhooks already; delete one first."


class WebhookUnknown(Refusal):
    code = "webhook_unknown"
    status = 404
    errno = 31303
    detail = "There is no such webhook."


class WebhookRefused(Refusal):
    code = "webhook_refused"
    status = 400
    detail = "Webhooks go to http or https addresses on the public internet, without a user name."
    field = "url"


class ChannelUnknown(Refusal):
    code = "notification_channel_unknown"
    status = 404
    detail = "There is no such type of notification or no such channel."


class QuietHoursIncomplete(Refusal):
    code = "quiet_hours_incomplete"
    status = 400
    detail = "Quiet hours have a beginning and an end, or neither."
    field = "quiet_until"


class NoticeStarted(Refusal):
    code = "notice_started"
    status = 409
    errno = 31304
    detail = "The notice has started, or was undone before."


class DeliveryNotDead(Refusal):
    code = "delivery_not_dead"
    status = 409
    errno = 31305
    detail = "Only a delivery that was given up is sent again."


class PriceAlarmDuplicate(Refusal):
    code = "price_alarm_duplicate"
    status = 409
    errno = 31306
    detail = "You wait for this price of this symbol already."


class PriceAlarmLimitReached(Refusal):
    code = "price_alarm_limit_reached"
    status = 409
    errno = 31307
    detail = "A hundred of your price alarms wait already; delete one first."


class PriceAlarmUnknown(Refusal):
    code = "price_alarm_unknown"
    status = 404
    errno = 31308
    detail = "There is no such price alarm."


class PriceAlarmReached(Refusal):
    code = "price_alarm_reached"
    status = 400
    detail = "The symbol closed at this price; there is nothing to wait for."
    field = "target_price"
