"""To whom one delivery goes, and the sending of it: verified addresses only, each once.

Databases are asked before (`prepared`), so that what runs in a sender's thread talks to providers alone. A push goes to
each device and a webhook to each endpoint; those that took it are kept, and a later try leaves them out.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid5

import structlog

from accounts import keyring
from accounts.devices import selectors as devices
from accounts.profiles.selectors import contact_info
from notifications.delivery import procedures, providers, webhooks
from notifications.delivery.procedures import Claimed
from notifications.delivery.providers import Answer, End, Message
from notifications.types import EMAIL, PUSH, SMS, WEBHOOK
from shards.exceptions import AccountUnknown

log = structlog.get_logger(__name__)

SECRET = "table_notification_webhooks.secret"  # noqa: S105  # a column's name


class Text(NamedTuple):
    title: str
    text: str


class Target(NamedTuple):
    name: str  # kept when it has got the message: never an address
    address: str
    secret: str = ""


class Sent(NamedTuple):
    end: End | None  # None: there was nobody
    detail: str
    provider: int
    targets_done: tuple[str, ...]
    answers: list[tuple[str, Answer]]  # (provider, its answer), in order


def prepared(delivery: Claimed, text: Text) -> Callable[[], Sent]:
    """What sends it; the addresses are those of now. One that cannot be prepared does not keep the others waiting."""
    try:
        found = _targets(delivery)
    except Exception as error:  # noqa: BLE001  # a database that is down, a secret that nobody can read
        log.warning("delivery_not_prepared", delivery_id=str(delivery.delivery_id), error=repr(error))
        answer = Answer(End.REFUSED, type(error).__name__)
        done = tuple(delivery.targets_done or ())
        return partial(Sent, End.REFUSED, answer.detail, delivery.provider, done, [("here", answer)])
    return partial(_send, delivery, text, found)


def _targets(delivery: Claimed) -> list[Target]:
    key = delivery.account_db_key
    if delivery.channel == WEBHOOK:
        return [
            Target(hook.webhook_id.hex, hook.url, keyring.decrypt(hook.secret, column=SECRET, account_db_key=key))
            for hook in procedures.notification_webhooks_get(account_db_key=key)
        ]
    try:
        contact = contact_info(account_db_key=key)
    except AccountUnknown:
        contact = None
    if contact is None:
        return []
    match delivery.channel:
        case channel if channel == EMAIL:
            return [Target(EMAIL, contact.email)] if contact.email_verified else []
        case channel if channel == SMS:
            return [Target(SMS, contact.phone_number)] if contact.phone_verified and contact.phone_number else []
        case channel if channel == PUSH:
            return [Target(d.device_id.hex, d.push_token) for d in devices.devices(account_db_key=key)]
    raise LookupError(delivery.channel)


def _send(delivery: Claimed, text: Text, targets: list[Target]) -> Sent:
    done = list(delivery.targets_done or [])
    if not targets and not done:
        return Sent(None, "nothing verified, or not in good standing", delivery.provider, (), [])
    answers: list[tuple[str, Answer]] = []
    provider, worst = delivery.provider, End.TAKEN
    for target in targets:
        if target.name in done:
            continue
        key = uuid5(delivery.delivery_id, target.name) if delivery.channel in (PUSH, WEBHOOK) else delivery.delivery_id
        try:
            end, provider = _one(delivery, text, target, key, answers, provider)
        except Exception as error:  # ours; whether something went is not known
            log.exception("delivery_failed", delivery_id=str(delivery.delivery_id))
            end = End.UNKNOWN
            answers.append(("here", Answer(end, type(error).__name__)))
        if end is End.TAKEN:
            done.append(target.name)
        elif worst is not End.UNKNOWN:
            worst = end
    detail = answers[-1][1].detail if answers else "all have it"
    return Sent(worst, detail, provider, tuple(done), answers)


def _one(
    delivery: Claimed, text: Text, target: Target, key: UUID, answers: list[tuple[str, Answer]], provider: int
) -> tuple[End, int]:
    """One target: the providers in turn while they refuse; the one whose answer is lost is asked again later."""
    if delivery.channel == WEBHOOK:
        answer = webhooks.post(
            target.address, secret=target.secret, message_id=str(key), payload=_payload(delivery, text)
        )
        answers.append((f"webhook {target.name[:8]}", answer))
        return answer.end, 0
    listed = providers.of(delivery.channel)
    for _ in listed:
        chosen = listed[provider % len(listed)]
        answer = providers.send(delivery.channel, chosen, Message(key, target.address, text.title, text.text))
        answers.append((providers.name_of(chosen), answer))
        if answer.end is not End.REFUSED:
            return answer.end, provider
        provider = (provider + 1) % len(listed)
    return End.REFUSED, provider


def _payload(delivery: Claimed, text: Text) -> dict[str, object]:
    return {
        "type": delivery.type_id,
        "notification_id": delivery.notification_id,
        "title": text.title,
        "message": text.text,
        "priority": delivery.priority,
        "count": delivery.coalesced_count,
    }
