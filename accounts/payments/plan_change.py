"""The change to a paid plan as a saga on the global database: reserve, charge, activate.

| step     | does                                             | when taken back                     |
|----------|--------------------------------------------------|-------------------------------------|
| reserve  | nothing: the pending row began with the saga     | the pending row is cancelled        |
| charge   | charges the first period at the provider         | gives it back, or sees to it        |
| activate | the paid plan takes the place of the one before  | the pivot                           |
| tell     | every process forgets the limits that it knows   |                                     |

A declined charge takes the saga back; a provider that cannot be reached, or has not said yet, is asked again.
"""

from uuid import UUID

from django.conf import settings

from accounts import plans
from accounts.models import PaymentCharge
from accounts.payments import charging, procedures
from accounts.payments.exceptions import PaymentDeclined, PaymentsUnavailable
from shards.saga.definitions import OUTSIDE, Data, Definition, Retry, Run, Step
from shards.transactions import in_global_transaction

SAGA = "accounts.plan_change"
Status = PaymentCharge.Status

_charge_begin = in_global_transaction(procedures.payment_charge_begin)


def reserve(run: Run) -> None:
    """The pending row was written in the transaction that started the saga."""


def release(run: Run) -> None:
    procedures.plan_change_cancel(payment_id=_payment_id(run))


def charge(run: Run) -> Data | None:
    """Raises PaymentDeclined (final), PaymentsUnavailable (asked again)."""
    found = _charge_begin(charge_id=run.key, payment_id=_payment_id(run))
    if found is None:
        return None  # what was paid already covers it
    charged = charging.charge(found)
    if charged.charge_status == Status.PENDING:
        raise PaymentsUnavailable("The provider has not said yet.")
    if charged.charge_status != Status.SUCCEEDED:
        raise PaymentDeclined(charged.failure_code)
    return {"charge_id": str(run.key)}


def refund(run: Run) -> None:
    """Also after a charge whose end nobody knows: the provider sees to it that it is not kept."""
    found = PaymentCharge.objects.filter(charge_id=run.key).first()
    if found is not None:
        charging.refund(found.charge_id, found.provider)


def activate(run: Run) -> None:
    procedures.payment_activate(payment_id=_payment_id(run), grace_days=settings.PAYMENT_GRACE_DAYS)


def tell(run: Run) -> None:
    plans.forget(int(run.initiator_id))


def _payment_id(run: Run) -> UUID:
    return UUID(run.data["payment_id"])


PLAN_CHANGE = Definition(
    SAGA,
    version=1,
    pivot="activate",
    steps=(
        Step("reserve", reserve, release),
        Step("charge", charge, refund, place=OUTSIDE, retry=Retry(tries=20, first=1, most=600)),
        Step("activate", activate),
        Step("tell", tell, place=OUTSIDE),
    ),
)
