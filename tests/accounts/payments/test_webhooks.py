"""What providers tell by themselves: signed, once, in any order, never too old."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import LocalCharge, PaymentCharge, PaymentWebhook
from accounts.payments import local
from accounts.payments.local import event_of, sign
from shards.models import ErrorLog
from shards.saga import driver
from tests.weakened import failing

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/payments/webhooks/local"
Pay = Callable[..., Any]


@pytest.fixture
def charge(key: int, pay: Pay) -> LocalCharge:
    """One that the provider has made, and has not told of."""
    pay(key, "BASIC", "slow_4242")
    local.settle_slow()
    return LocalCharge.objects.get()


def post(client: Client, body: bytes, signature: str | None = None, url: str = URL) -> Any:
    given = sign(body, int(time.time())) if signature is None else signature
    return client.post(url, body, content_type="application/json", headers={"X-Signature": given})


def status() -> str:
    return PaymentCharge.objects.get().charge_status


def test_a_signed_event_settles_the_charge_once(client: Client, key: int, charge: LocalCharge) -> None:
    body = event_of(charge)
    assert [post(client, body).json() for _ in range(2)] == [{"is_new": True}, {"is_new": False}]
    assert (status(), PaymentWebhook.objects.count()) == ("SUCCEEDED", 1)
    driver.drive("default")
    assert PaymentCharge.objects.get().payment.payment_status == "ACTIVE"


def test_what_is_not_signed_as_it_is_changes_nothing(client: Client, charge: LocalCharge) -> None:
    body, now = event_of(charge), int(time.time())
    forged = body.replace(b"SUCCEEDED", b"REFUNDED")
    other = sign(body, now).replace("v1=", "v1=0")[:-1]
    for given, signature in (
        (forged, sign(body, now)),
        (body, sign(body, now - 301)),
        (body, sign(body, now + 302)),
        (body, sign(body, now).replace(str(now), str(now - 10))),
        (body, other),
        (body, ""),
        (b"{}", sign(b"{}", now)),
        (b"\xff", sign(b"\xff", now)),
        (b'{"event_id": 5}', sign(b'{"event_id": 5}', now)),
    ):
        answer = post(client, given, signature)
        assert (answer.status_code, answer.json()["code"]) == (400, "webhook_invalid")
    assert (status(), PaymentWebhook.objects.exists()) == ("PENDING", False)


def test_later_news_may_come_first(client: Client, charge: LocalCharge) -> None:
    succeeded = event_of(charge)
    charge.charge_status = "REFUNDED"
    assert post(client, event_of(charge)).json() == {"is_new": True}
    assert post(client, succeeded).json() == {"is_new": True}
    assert status() == "REFUNDED"


def test_an_unknown_charge_or_provider_is_said_to_be_unknown(client: Client, charge: LocalCharge) -> None:
    body = json.dumps(json.loads(event_of(charge)) | {"charge_id": str(uuid4()), "event_id": "other"}).encode()
    answer = post(client, body)
    assert (answer.status_code, answer.json()["code"]) == (404, "charge_unknown")
    assert not PaymentWebhook.objects.exists(), "sent again, it is new"
    other = post(client, event_of(charge), url="/api/v1/payments/webhooks/other")
    assert (other.status_code, other.json()["code"]) == (404, "payment_provider_unknown")


@really
def test_an_event_that_was_cut_off_comes_again_as_new(client: Client, charge: LocalCharge) -> None:
    client.raise_request_exception = False
    with failing("default", "UPDATE", "table_payment_charges"):
        assert post(client, event_of(charge)).status_code == 500
    assert (status(), PaymentWebhook.objects.exists()) == ("PENDING", False)
    assert ErrorLog.objects.using("default").get().procedure_name == "fp_payment_charge_settle"
    assert post(client, event_of(charge)).json() == {"is_new": True}
    assert status() == "SUCCEEDED"


@really
def test_one_event_many_times_at_once_is_taken_once(
    client: Client, charge: LocalCharge, at_once: Callable[..., list[Any]]
) -> None:
    """With the primary key of table_payment_webhooks dropped, each was new."""
    body = event_of(charge)
    answers = at_once(lambda _: post(Client(), body).json(), *range(6))
    assert sorted(answer["is_new"] for answer in answers) == [False] * 5 + [True]
