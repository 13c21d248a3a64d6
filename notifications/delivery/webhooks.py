"""Webhooks: signed, and unable to reach what is not on the public internet.

A name is resolved once; every address that it has must be public, and the connection goes to the address that was
checked, so a name that answers differently a moment later gains nothing. Redirects are not followed. The signature is
that of Standard Webhooks: HMAC-SHA256 over `<id>.<timestamp>.<body>`.
"""

import hashlib
import hmac
import ipaddress
import re
import socket
import ssl
import time
from base64 import b64encode
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from config.json import dumps
from notifications.delivery.providers import Answer, End
from notifications.exceptions import WebhookRefused

PORTS = {"http": 80, "https": 443}
PLAIN = re.compile(r"[!-~]+")  # what is not, percent-encoded


def checked_address(url: str) -> tuple[str, int]:
    """The public address and port behind a URL; raises WebhookRefused."""
    try:
        at = urlsplit(url)
        host, port = at.hostname, at.port
    except ValueError as error:
        raise WebhookRefused from error
    if at.scheme not in PORTS or not host or at.username or at.password or not PLAIN.fullmatch(url):
        raise WebhookRefused
    try:
        found = socket.getaddrinfo(host, port or PORTS[at.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WebhookRefused(f"The host cannot be found: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(is_public, addresses)):
        raise WebhookRefused
    return addresses[0], port or PORTS[at.scheme]


def is_public(address: str) -> bool:
    """Neither loopback, link-local, private, shared, multicast nor reserved, nor an IPv6 form of such an IPv4."""
    ip: Any = ipaddress.ip_address(address.partition("%")[0])
    if any(ip.version == net.version and ip in net for net in _allowed()):
        return True
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is None and getattr(ip, "teredo", None):
        inner = ip.teredo[1]
    if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
        inner = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    if inner is not None and not is_public(str(inner)):
        return False
    return bool(ip.is_global) and not ip.is_multicast


def _allowed() -> list[Any]:
    """Networks of our own that an installation opens on purpose."""
    return [ipaddress.ip_network(net) for net in settings.NOTIFICATION_WEBHOOK_NETWORKS]


def post(url: str, *, secret: str, message_id: str, payload: dict[str, Any]) -> Answer:
    """One try. Before the request is on its way a failure is a refusal; after it, only an answer says anything."""
    try:
        address, port = checked_address(url)
    except WebhookRefused as refused:
        return Answer(End.REFUSED, str(refused))
    at = urlsplit(url)
    body, sent_at = dumps(payload), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "finance-platform-webhooks",
        "Host": at.netloc,
        "webhook-id": message_id,
        "webhook-timestamp": sent_at,
        "webhook-signature": signature(secret, message_id, sent_at, body),
    }
    connection = _connected(at.scheme, str(at.hostname), address, port)
    try:
        connection.connect()
    except (OSError, ssl.SSLError) as error:
        return Answer(End.REFUSED, f"{type(error).__name__}: {error}"[:300])
    try:
        connection.request("POST", (at.path or "/") + (f"?{at.query}" if at.query else ""), body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return Answer(End.UNKNOWN, f"{type(error).__name__}: {error}"[:300])
    finally:
        connection.close()
    return Answer(End.TAKEN if 200 <= status < 300 else End.REFUSED, f"HTTP {status}")


def signature(secret: str, message_id: str, sent_at: str, body: bytes) -> str:
    """The header `webhook-signature`."""
    signed = f"{message_id}.{sent_at}.".encode() + body
    return "v1," + b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def _connected(scheme: str, host: str, address: str, port: int) -> HTTPConnection:
    """To the checked address, whatever the name means by now; the certificate must be the name's."""
    seconds = settings.NOTIFICATION_PROVIDER_SECONDS

    def open_socket(*_: Any, **__: Any) -> socket.socket:
        return socket.create_connection((address, port), timeout=seconds)

    if scheme == "https":
        secure = HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
        secure._create_connection = open_socket  # type: ignore[attr-defined]  # http.client's own way in
        return secure
    plain = HTTPConnection(host, port, timeout=seconds)
    plain._create_connection = open_socket  # type: ignore[attr-defined]
    return plain
