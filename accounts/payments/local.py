"""A provider on this machine, for development and tests: it keeps books of its own and tells by webhook what happened.

Its tokens say how it behaves: `ok_4242` is charged at once, `declined_0002` never, `slow_4242` when `settle_slow` runs,
`lost_4242` at once, but the answer does not arrive. The digits are the last four.

The signature is `t=<unix time>,v1=<hex of HMAC-SHA256 of "<time>." and the body>` under
`settings.LOCAL_PROVIDER_SECRET`; one older than `STALE_SECONDS` is refused.
"""

import hashlib
import hmac
import re
import time
import urllib.request
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import timezone

from accounts.models import LocalCharge, PaymentCharge
from accounts.payments.exceptions import PaymentsUnavailable, PaymentTokenInvalid, WebhookInvalid
from accounts.payments.provider import Method, Outcome, WebhookEvent

Status = PaymentCharge.Status
TOKEN = re.compile(r"(ok|declined|slow|lost)_([0-9]{4})")
SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
STALE_SECONDS = 300
EVENTS = {Status.SUCCEEDED: "charge.succeeded", Status.FAILED: "charge.failed", Status.REFUNDED: "charge.refunded"}
WEBHOOK_TIMEOUT = 5  # seconds


class LocalProvider:
    name = "local"

    def describe(self, provider_token: str) -> Method:
        return Method("Local card", _token(provider_token)[1])

    def charge(self, *, charge_id: UUID, amount: Decimal, currency: str, provider_token: str) -> Outcome:
        behaviour, _ = _token(provider_token)
        status = {"declined": Status.FAILED, "slow": Status.PENDING}.get(behaviour, Status.SUCCEEDED)
        charge, is_new = LocalCharge.objects.get_or_create(
            charge_id=charge_id,
            defaults={
                "reference": f"local-{charge_id.hex}",
                "provider_token": provider_token,
                "amount": amount,
                "currency": currency,
                "charge_status": status,
                "created_at": timezone.now(),
            },
        )
        if behaviour == "lost" and is_new:
            raise PaymentsUnavailable
        return _outcome(charge)

    def refund(self, *, charge_id: UUID) -> Outcome:
        LocalCharge.objects.filter(charge_id=charge_id).update(charge_status=Status.REFUNDED)
        return Outcome(Status.REFUNDED, f"local-{charge_id.hex}")

    def read_webhook(self, *, signature: str, body: bytes) -> WebhookEvent:
        signed = SIGNATURE.fullmatch(signature)
        if signed is None or not hmac.compare_digest(signature, sign(body, int(signed[1]))):
            raise WebhookInvalid
        if abs(time.time() - int(signed[1])) > STALE_SECONDS:
            raise WebhookInvalid
        try:
            event = orjson.loads(body)
            outcome = Outcome(Status(event["status"]), str(event["reference"])[:100], str(event["failure_code"])[:50])
            return WebhookEvent(
                str(event["event_id"])[:100], str(event["type"])[:50], UUID(event["charge_id"]), outcome
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise WebhookInvalid from error


def sign(body: bytes, at: int) -> str:
    key = settings.LOCAL_PROVIDER_SECRET.encode()
    return f"t={at},v1={hmac.new(key, b'%d.' % at + body, hashlib.sha256).hexdigest()}"


def event_of(charge: LocalCharge) -> bytes:
    """The body of the webhook that tells the charge's state."""
    outcome = _outcome(charge)
    body: dict[str, Any] = {
        "event_id": f"{charge.reference}-{charge.charge_status.lower()}",
        "type": EVENTS[Status(charge.charge_status)],
        "charge_id": str(charge.charge_id),
        "status": charge.charge_status,
        "reference": charge.reference,
        "failure_code": outcome.failure_code,
    }
    return orjson.dumps(body)


def run() -> dict[str, int]:
    """Settle what is slow, and tell it; nothing where this provider is not in use."""
    if LocalProvider.name not in settings.PAYMENT_PROVIDERS:
        return {}
    return {"settled": settle_slow(), "told": tell(settings.LOCAL_PROVIDER_URL)}


def settle_slow() -> int:
    """What such a provider does in its own time: pending charges succeed; returns how many."""
    return LocalCharge.objects.filter(charge_status=Status.PENDING).update(charge_status=Status.SUCCEEDED)


def tell(url: str) -> int:
    """Send a webhook for each state that was not told yet; one that is not taken is sent again next time."""
    told = 0
    for charge in LocalCharge.objects.exclude(charge_status=Status.PENDING).order_by("created_at"):
        if charge.told_status != charge.charge_status and _send(url, event_of(charge)):
            LocalCharge.objects.filter(pk=charge.pk).update(told_status=charge.charge_status)
            told += 1
    return told


def _send(url: str, body: bytes) -> bool:
    headers = {"Content-Type": "application/json", "X-Signature": sign(body, int(time.time()))}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  # a setting's URL
    try:
        with urllib.request.urlopen(request, timeout=WEBHOOK_TIMEOUT) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _outcome(charge: LocalCharge) -> Outcome:
    failure = "card_declined" if charge.charge_status == Status.FAILED else ""
    return Outcome(charge.charge_status, charge.reference, failure)


def _token(provider_token: str) -> tuple[str, str]:
    token = TOKEN.fullmatch(provider_token)
    if token is None:
        raise PaymentTokenInvalid
    return token[1], token[2]
