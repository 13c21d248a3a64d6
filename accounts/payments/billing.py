"""The daily job: periods that have ended are charged anew, or end.

A renewal that is refused leaves the plan past due and usable for `settings.PAYMENT_GRACE_DAYS`, and is tried again each
day. Each payment is a unit of its own: safe to repeat, or cut off anywhere.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from accounts import plans
from accounts.models import PaymentCharge
from accounts.payments import charging, procedures
from accounts.payments.exceptions import PaymentsUnavailable
from accounts.payments.procedures import Due
from shards.transactions import in_global_transaction

log = structlog.get_logger(__name__)

AT_ONCE = 200
RETRY_HOURS = 20  # between two tries of one renewal, so that a daily job that comes early still tries

_renewal_begin = in_global_transaction(procedures.payment_renewal_begin)
_expire = in_global_transaction(procedures.payment_expire)


def bill_due() -> dict[str, Any]:
    """What became of the payments whose period has ended."""
    counts = {"renewed": 0, "refused": 0, "waiting": 0, "ended": 0}
    place = (datetime(2000, 1, 1, tzinfo=UTC), UUID(int=0))
    while rows := procedures.payments_due(after_expires_at=place[0], after_payment_id=place[1], limit=AT_ONCE):
        for due in rows:
            counts[_billed(due)] += 1
        place = (rows[-1].expires_at, rows[-1].payment_id)
    return counts


def _billed(due: Due) -> str:
    try:
        found = _renewal_begin(payment_id=due.payment_id, retry_hours=RETRY_HOURS)
        if found is not None:
            status = charging.charge(found).charge_status
            plans.forget(due.account_db_key)
            if status == PaymentCharge.Status.SUCCEEDED:
                return "renewed"
            if not due.is_over:
                return "waiting" if status == PaymentCharge.Status.PENDING else "refused"
    except PaymentsUnavailable as error:
        log.warning("renewal_not_charged", payment_id=str(due.payment_id), error=str(error))
    if due.is_over and _expire(payment_id=due.payment_id):
        plans.forget(due.account_db_key)
        return "ended"
    return "waiting"
