"""The port to whoever takes the money. An adapter is a class named in `settings.PAYMENT_PROVIDERS`.

Every call is idempotent by `charge_id`, so that whoever was cut off may ask again. What happens later is told by signed
webhooks, which may come twice and in any order (`accounts.payments.webhooks`).
"""

from decimal import Decimal
from functools import cache
from typing import NamedTuple, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.payments.exceptions import PaymentProviderUnknown, PaymentsUnavailable


class Method(NamedTuple):
    """What people know a payment method by; never a card's number."""

    brand: str
    last_four: str


class Outcome(NamedTuple):
    charge_status: str  # of PaymentCharge.Status
    provider_reference: str
    failure_code: str = ""


class WebhookEvent(NamedTuple):
    event_id: str
    event_type: str
    charge_id: UUID
    outcome: Outcome


class Provider(Protocol):
    name: str

    def describe(self, provider_token: str) -> Method:
        """Raises PaymentTokenInvalid, PaymentsUnavailable."""

    def charge(self, *, charge_id: UUID, amount: Decimal, currency: str, provider_token: str) -> Outcome:
        """Charge, or say what became of the charge with this id; raises PaymentsUnavailable."""

    def refund(self, *, charge_id: UUID) -> Outcome:
        """Give back what was charged, or see to it that it will not be; raises PaymentsUnavailable."""

    def read_webhook(self, *, signature: str, body: bytes) -> WebhookEvent:
        """Check signature and age, and read the event; raises WebhookInvalid."""


def provider(name: str) -> Provider:
    """Raises PaymentProviderUnknown."""
    path = settings.PAYMENT_PROVIDERS.get(name)
    if path is None:
        raise PaymentProviderUnknown
    return _made(path)


def default_provider() -> Provider:
    """Of new payment methods: the first in the settings. Raises PaymentsUnavailable where none is."""
    names = list(settings.PAYMENT_PROVIDERS)
    if not names:
        raise PaymentsUnavailable
    return provider(names[0])


@cache
def _made(path: str) -> Provider:
    made: Provider = import_string(path)()
    return made
