"""Refusals about plans and payments: 31144, 31145, 31151 to 31159."""

from config.refusals import Refusal


class PaymentUnknown(Refusal):
    code = "payment_unknown"
    status = 404
    errno = 31151
    detail = "There is no such payment."


class PlanUnknown(Refusal):
    code = "plan_unknown"
    status = 400
    errno = 31152
    detail = "There is no such plan that is paid for."
    field = "payment_plan"


class PlanUnchanged(Refusal):
    code = "plan_unchanged"
    status = 409
    errno = 31153
    detail = "You have this plan."
    field = "payment_plan"


class PlanChangePending(Refusal):
    code = "plan_change_pending"
    status = 409
    errno = 31154
    detail = "Another change of your plan is not settled yet."


class PaymentMethodMissing(Refusal):
    code = "payment_method_missing"
    status = 404
    errno = 31155
    detail = "You have no such payment method, or none at all; add one with POST payments/methods."


class PaymentNotPending(Refusal):
    code = "payment_not_pending"
    status = 409
    errno = 31156
    detail = "This change of plan is over."


class ChargeUnknown(Refusal):
    code = "charge_unknown"
    status = 404
    errno = 31157
    detail = "There is no such charge."


class PaymentNotPaid(Refusal):
    code = "payment_not_paid"
    status = 409
    errno = 31158
    detail = "This plan is not paid."


class PlanIsFree(Refusal):
    code = "plan_is_free"
    status = 409
    errno = 31159
    detail = "The free plan has no period that could end or go on."


class PaymentMethodsTooMany(Refusal):
    code = "payment_methods_too_many"
    status = 409
    errno = 31144
    detail = "You have ten payment methods; remove one first."


class PaymentMethodInUse(Refusal):
    code = "payment_method_in_use"
    status = 409
    errno = 31145
    detail = "Your plan is paid with it; make another one the default first, or end the plan's renewal."


class PaymentDeclined(Refusal):
    code = "payment_declined"
    status = 402
    detail = "The charge was declined."


class PaymentTokenInvalid(Refusal):
    code = "payment_token_invalid"
    status = 400
    detail = "The provider knows no such token."
    field = "provider_token"


class PaymentsUnavailable(Refusal):
    code = "payments_unavailable"
    status = 503
    detail = "The payment provider cannot be reached; try again in a moment."
    retry_after = 10


class PaymentProviderUnknown(Refusal):
    code = "payment_provider_unknown"
    status = 404
    detail = "There is no such payment provider."


class WebhookInvalid(Refusal):
    code = "webhook_invalid"
    status = 400
    detail = "The signature, its time or the event is not valid."
