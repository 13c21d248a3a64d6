"""Those who carry messages: SMTP servers for e-mail, Apprise addresses for SMS and push, in the order of preference.

`NOTIFICATION_EMAIL_PROVIDERS` is smtp://user:password@host:port addresses with spaces between them;
`NOTIFICATION_SMS_PROVIDERS` and `NOTIFICATION_PUSH_PROVIDERS` are Apprise's, with {to} for the number or token and
{key} for the idempotency key. An empty list switches the channel off.

What a try ends with is one of three: taken; refused, which the next provider may try at once; or unknown, because the
answer was lost after the message may have gone. An unknown one is tried again by the same provider with the same key.
"""

from enum import Enum
from smtplib import SMTPException, SMTPServerDisconnected
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.types import EMAIL, PUSH, SMS

CONNECTION_FAILED = ("ConnectTimeout", "NewConnectionError", "NameResolutionError", "Connection refused", "SSLError")
HTTP_REFUSED = ("Failed to send", "error=")


class End(Enum):
    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Answer(NamedTuple):
    end: End
    detail: str


class Message(NamedTuple):
    """What goes to one address. `key` is the same in every try."""

    key: UUID
    to: str
    title: str
    text: str


def of(channel: str) -> list[str]:
    """The channel's addresses, the preferred one first."""
    listed = {
        EMAIL: settings.NOTIFICATION_EMAIL_PROVIDERS,
        SMS: settings.NOTIFICATION_SMS_PROVIDERS,
        PUSH: settings.NOTIFICATION_PUSH_PROVIDERS,
    }
    return list(listed.get(channel, []))


def name_of(provider: str) -> str:
    """Host and port: for people and logs, without what is secret."""
    parts = urlsplit(provider)
    return parts.netloc.rpartition("@")[2] or parts.scheme


def send(channel: str, provider: str, message: Message) -> Answer:
    return _by_smtp(provider, message) if channel == EMAIL else _by_apprise(provider, message)


def _by_smtp(provider: str, message: Message) -> Answer:
    """Until the connection stands nothing can have gone; later, only what the server says counts."""
    at = urlsplit(provider)
    options = parse_qs(at.query)
    connection = EmailBackend(
        host=at.hostname,
        port=at.port,
        username=unquote(at.username or ""),
        password=unquote(at.password or ""),
        use_tls="starttls" in options,
        use_ssl=at.scheme == "smtps",
        timeout=settings.NOTIFICATION_PROVIDER_SECONDS,
        fail_silently=False,
    )
    mail = EmailMessage(
        subject=" ".join(message.title.split()),
        body=message.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        headers={"Message-ID": f"<{message.key}@{settings.NOTIFICATION_MAIL_DOMAIN}>"},
        connection=connection,
    )
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        return Answer(End.REFUSED, _said(error))
    try:
        connection.send_messages([mail])
    except (SMTPServerDisconnected, OSError) as error:
        lost = isinstance(error, SMTPServerDisconnected | TimeoutError | ConnectionError)
        return Answer(End.UNKNOWN if lost else End.REFUSED, _said(error))
    except SMTPException as error:
        return Answer(End.REFUSED, _said(error))
    finally:
        connection.close()
    return Answer(End.TAKEN, f"Message-ID {message.key}")


def _by_apprise(provider: str, message: Message) -> Answer:
    """Apprise only says yes or no; its log says whether the provider refused or never answered."""
    import apprise  # a third of a second, for processes that send

    address = provider.replace("{to}", quote(message.to, safe="")).replace("{key}", str(message.key))
    seconds = settings.NOTIFICATION_PROVIDER_SECONDS
    address += f"{'&' if '?' in address else '?'}cto={seconds}&rto={seconds}"
    sender = apprise.Apprise()
    if not sender.add(address):
        return Answer(End.REFUSED, "Apprise does not know such an address")
    with apprise.LogCapture(level=apprise.logging.DEBUG) as log:
        is_taken = sender.notify(title=message.title, body=message.text)
        lines = log.getvalue() if log else ""
    if is_taken:
        return Answer(End.TAKEN, f"key {message.key}")
    failed = [line for line in lines.splitlines() if any(word in line for word in (*CONNECTION_FAILED, *HTTP_REFUSED))]
    if failed:
        return Answer(End.REFUSED, failed[0].partition(" - ")[2][:200] or failed[0][:200])
    return Answer(End.UNKNOWN, "no answer")


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
