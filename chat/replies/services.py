"""Asking for replies. The reservation is the durable request; the job in Redis is what makes it quick."""

from typing import NamedTuple
from uuid import UUID

import orjson
import structlog
from redis.exceptions import RedisError

from chat import personas
from chat.budget import tokens
from chat.budget.procedures import chat_tokens_get
from chat.exceptions import ClientMessageReused, MessageUnknown, NotAnAnswer, RoomUnknown
from chat.live import keys
from chat.live.accept import accept
from chat.live.message import id_of
from chat.models import ChatPersona
from chat.procedures import MessageRow
from chat.replies.jobs import Job
from chat.selectors import message_get, room_get
from chat.services import Said, path_to, prepare
from config import sse, throttling
from config.redis import streams as redis
from shards.fields import new_public_id
from shards.idempotency import guard
from shards.placement import on_account

log = structlog.get_logger(__name__)


class Asked(NamedTuple):
    message: MessageRow
    reply_id: UUID


def reply_ask(*, account_db_key: int, room_id: UUID, said: Said) -> Asked:
    """Say something and ask for a reply. The same `client_message_id` again is the same message and the same reply.

    Raises RoomUnknown, PersonaUnavailable, BudgetExhausted, Throttled, ClientMessageReused, MessageUnknown,
    NotAQuestion.
    """
    throttling.count("chat_replies", account_db_key)
    room = room_get(account_db_key=account_db_key, room_id=room_id)
    persona = personas.answering(room.ai_persona)
    message = prepare(account_db_key=account_db_key, room_id=room_id, said=said)
    reply_id = id_of(room_id, "reply", message.message_id.hex)
    job = _job(account_db_key, room_id, reply_id, message.message_id, persona)
    reserved = tokens.reserve(
        account_db_key=account_db_key, room_id=room_id, persona=persona, prompt=said.content, request=job.data()
    )
    guard.settle()
    try:
        return Asked(accept(message, job.data()).row(), reply_id)
    except (ClientMessageReused, RoomUnknown):
        if reserved.is_new:
            tokens.release(account_db_key=account_db_key, reply_id=reply_id)
        raise


def reply_again(
    *, account_db_key: int, room_id: UUID, message_id: UUID, client_message_id: str | None = None, go_on: bool = False
) -> UUID:
    """Another answer to the same question, or with `go_on` the rest of an interrupted one; the old one is kept.

    Returns the reply's id. Raises MessageUnknown, NotAnAnswer, and what `reply_ask` raises.
    """
    throttling.count("chat_replies", account_db_key)
    old = message_get(account_db_key=account_db_key, room_id=room_id, message_id=message_id)
    can_go_on = old.metadata.get("finish_reason") not in {None, "stop"}
    if old.message_type != "AI" or "reply_to" not in old.metadata or (go_on and not can_go_on):
        raise NotAnAnswer
    room = room_get(account_db_key=account_db_key, room_id=room_id)
    persona = personas.answering(room.ai_persona)
    word = client_message_id or new_public_id().hex
    reply_id = id_of(room_id, "continue" if go_on else "again", message_id.hex, word)
    job = _job(account_db_key, room_id, reply_id, UUID(old.metadata["reply_to"]), persona)
    if go_on:
        job = Job(**job.data() | {"continued_id": str(message_id)})
    reserved = tokens.reserve(
        account_db_key=account_db_key, room_id=room_id, persona=persona, prompt=old.content, request=job.data()
    )
    if reserved.is_new:
        path_to(
            account_db_key=account_db_key, room_id=room_id, message_id=old.parent_message_id, unless_message_id=reply_id
        )
        guard.settle()
        _enqueue(job)
    return reply_id


def reply_stop(*, account_db_key: int, room_id: UUID, reply_id: UUID) -> bool:
    """Wish that a reply comes to its end where it is; False when it has. Raises MessageUnknown."""
    if reply_state(account_db_key=account_db_key, room_id=room_id, reply_id=reply_id) != "reserved":
        return False
    redis().set(keys.stop(reply_id), "1", ex=keys.REPLY_SECONDS)
    return True


def reply_state(*, account_db_key: int, room_id: UUID, reply_id: UUID) -> str:
    """The ledger's word for it; raises MessageUnknown, also for somebody else's."""
    with on_account(account_db_key):
        rows = chat_tokens_get(account_db_key=account_db_key, room_id=room_id, reply_id=reply_id)
    if not rows:
        raise MessageUnknown
    return rows[0].state


def _job(account_db_key: int, room_id: UUID, reply_id: UUID, question_id: UUID, persona: ChatPersona) -> Job:
    return Job(
        reply_id=str(reply_id),
        account_db_key=account_db_key,
        room_id=str(room_id),
        question_id=str(question_id),
        ai_persona=persona.ai_persona,
        persona_version=persona.version,
    )


def _enqueue(job: Job) -> None:
    """With Redis away, `recovery` does it when it is back."""
    reply_id = UUID(job.reply_id)
    data = {"message_id": job.question_id, "room_id": job.room_id, "reply_id": reply_id, "number": 1}
    try:
        pipeline = redis().pipeline(transaction=True)
        pipeline.xadd(keys.reply(reply_id), sse.fields("message.created", data), id="1-0")
        pipeline.expire(keys.reply(reply_id), keys.REPLY_SECONDS)
        pipeline.xadd(keys.GENERATE, {"job": orjson.dumps(job.data())})
        pipeline.execute()
    except RedisError as error:
        log.warning("chat_reply_not_queued", reply_id=job.reply_id, error=str(error))
