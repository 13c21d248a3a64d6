"""Asks a provider to charge, or to give back, and records what it says. Safe to repeat, whoever was cut off where.

The charge's row commits before the provider is asked, and its id is the provider's idempotency key: an answer that got
lost is asked for again under the same id.
"""

from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from accounts.models import PaymentCharge
from accounts.payments import procedures
from accounts.payments.procedures import ChargeToMake, Settled
from accounts.payments.provider import Outcome, provider
from shards.transactions import in_global_transaction

Status = PaymentCharge.Status


class Charged(NamedTuple):
    charge_status: str
    failure_code: str


def charge(charge: ChargeToMake) -> Charged:
    """Raises PaymentsUnavailable: then nothing is known, and the caller comes again."""
    if charge.charge_status != Status.PENDING:
        return Charged(charge.charge_status, charge.failure_code)
    outcome = provider(charge.provider).charge(
        charge_id=charge.charge_id,
        amount=charge.amount,
        currency=charge.currency,
        provider_token=charge.provider_token,
    )
    settled = _record(charge.charge_id, outcome)
    return Charged(settled.charge_status, settled.failure_code)


def refund(charge_id: UUID, name: str) -> None:
    _record(charge_id, provider(name).refund(charge_id=charge_id))


def record(charge_id: UUID, outcome: Outcome) -> Settled:
    """What a provider said, by answer or webhook, in the caller's transaction; news that is older than what is known
    changes nothing."""
    return procedures.payment_charge_settle(
        charge_id=charge_id,
        charge_status=outcome.charge_status,
        provider_reference=outcome.provider_reference,
        failure_code=outcome.failure_code,
        grace_days=settings.PAYMENT_GRACE_DAYS,
    )


_record = in_global_transaction(record)
