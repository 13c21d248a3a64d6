"""Webhooks are signed, go once, and reach nothing but the public internet."""

import socket
from typing import Any
from uuid import UUID

import pytest

from notifications.delivery.plan import plan
from notifications.delivery.providers import End
from notifications.delivery.send import send
from notifications.delivery.webhooks import is_public, post, signature
from notifications.models import NotificationDelivery
from shards.scope import on_shard
from tests.notifications.conftest import URL, Api, create
from tests.notifications.servers import http

LOOPBACK = ["127.0.0.0/8"]
INWARD = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0",  # noqa: S104  # nothing is bound to it
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.NOTIFICATION_PROVIDER_SECONDS = 0.5
    settings.NOTIFICATION_COALESCE_SECONDS = 0


def send_to(url: str) -> Any:
    return post(url, secret="s", message_id="m", payload={"a": 1})


@pytest.mark.parametrize("address", INWARD)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    answer = send_to(f"http://{host}/")
    assert answer.end is End.REFUSED
    assert "public internet" in answer.detail


def test_public_addresses_are_public() -> None:
    assert all(map(is_public, ["8.8.8.8", "1.1.1.1", "2606:4700::1111"]))


@pytest.mark.parametrize(
    "url", ["ftp://8.8.8.8/", "http://user:pw@8.8.8.8/", "http://", "http://[::1", "http://0x7f000001/", "file:///etc"]
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    assert send_to(url).end is End.REFUSED


def test_a_name_with_any_inward_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert send_to("http://two-faced.example/").end is End.REFUSED


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The first answer is checked and connected to; the second, which would lead inward, is never asked for."""
    settings.NOTIFICATION_WEBHOOK_NETWORKS = ["127.0.0.2/32"]  # stands for the public internet
    with http() as inward:
        answers = iter(["127.0.0.2", "127.0.0.1"])
        asked = []
        real = socket.getaddrinfo

        def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
            if host != "rebinding.example":
                return real(host, port, *args, **kwargs)
            asked.append(host)
            return real(next(answers), port, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        answer = send_to(f"http://rebinding.example:{inward.port}/")
        assert (answer.end, asked, inward.requests) == (End.REFUSED, ["rebinding.example"], [])


def test_a_redirect_is_not_followed(settings: Any) -> None:
    settings.NOTIFICATION_WEBHOOK_NETWORKS = LOOPBACK
    with http() as public, http() as inward:
        public.does, public.location = "redirect", inward.url
        answer = send_to(public.url)
        assert (answer.end, answer.detail) == (End.REFUSED, "HTTP 302")
        assert (len(public.requests), inward.requests) == (1, [])


pytest_db = pytest.mark.django_db(databases="__all__")


@pytest_db
def test_an_account_s_webhook_is_signed_and_told_once(api: Api, settings: Any) -> None:
    settings.NOTIFICATION_WEBHOOK_NETWORKS = LOOPBACK
    with http() as web, http() as other:
        made = register(api, f"{web.url}/hook?a=1")
        assert made.status_code == 201
        assert register(api, other.url).status_code == 201
        other.does = "late"
        notification = create(api.key)
        with on_shard(2):
            for _ in range(3):
                plan()
                NotificationDelivery.objects.filter(state="pending").update(next_attempt_at="2026-01-01T00:00Z")
                send()
                other.does = "ok"
        ((path, headers, body),) = web.requests
        first, second = other.requests
    assert path == "/hook?a=1"
    assert headers["Webhook-Signature" if "Webhook-Signature" in headers else "webhook-signature"] == signature(
        made.json()["secret"], headers["webhook-id"], headers["webhook-timestamp"], body
    )
    assert str(notification.notification_id).encode() in body
    assert first[1]["webhook-id"] == second[1]["webhook-id"] != headers["webhook-id"]
    rows = api.get(f"/{notification.notification_id}/trace")["results"]
    assert [row["decision"] for row in rows if row["channel"] == "webhook"] == [
        "queued", "provider_taken", "provider_unknown", "answer_lost", "repeated", "provider_taken", "sent",
    ]  # fmt: skip


def register(api: Api, url: str) -> Any:
    return api.client.post(f"{URL}/webhooks", {"url": url}, content_type="application/json", headers=api.headers)


@pytest_db
def test_webhooks_are_listed_without_their_secret_limited_and_one_s_own(
    api: Api, make_account: Any, bearer: Any
) -> None:
    assert register(api, "http://127.0.0.1/").json()["code"] == "webhook_refused"
    made = [register(api, f"https://8.8.8.8/{n}").json() for n in range(5)]
    refused = register(api, "https://8.8.8.8/6")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_limit_reached")
    listed = api.get("/webhooks")["results"]
    assert [row["webhook_id"] for row in listed] == [row["webhook_id"] for row in made]
    assert "secret" not in listed[0]
    url = f"{URL}/webhooks/{made[0]['webhook_id']}"
    stranger = bearer(make_account(shard=2).account_db_key)
    assert api.client.delete(url, headers=stranger).status_code == 404
    assert api.client.delete(url, headers=api.headers).status_code == 204
    assert api.client.delete(url, headers=api.headers).json()["code"] == "webhook_unknown"
    assert len(api.get("/webhooks")["results"]) == 4
    assert UUID(made[0]["webhook_id"]).version == 7
