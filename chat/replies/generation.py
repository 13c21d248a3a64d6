"""One reply, from the request to its final event. Every way out is a stated end.

What a killed worker left behind is finished by whoever takes the job next: an answer that was accepted is settled; one
that had begun is kept as far as it came, as interrupted; one that had not begun is begun again.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import structlog
from django.db import Error, close_old_connections
from prometheus_client import Counter, Histogram
from redis.exceptions import RedisError

from chat import selectors, services
from chat.budget import tokens
from chat.exceptions import MessageUnknown, RoomUnknown
from chat.live.accept import accept
from chat.live.message import Message, now_us
from chat.live.store import is_away
from chat.models import ChatPersona
from chat.replies import jobs, tools
from chat.replies.events import Events
from chat.replies.jobs import Job
from chat.replies.port import Finished, ModelFailure, Prompt, Text, ToolCall, Turn, Usage
from chat.replies.titles import title_of
from shards.exceptions import ShardInMaintenance, ShardUnavailable

log = structlog.get_logger(__name__)

REPLIES = Counter("chat_replies", "Replies by how they ended", ["ai_persona", "end"])
FIRST_TEXT = Histogram("chat_first_text_seconds", "From taking a job to the model's first words")
ROUNDS = 4  # of tools, before the model has to answer
LONGEST = 32_000  # characters of an answer
GENERATION_SECONDS = 300.0
AWAY = (Error, ShardUnavailable, ShardInMaintenance, RedisError)


@dataclass
class Answer:
    """What there is of a reply."""

    text: str = ""
    usage: Usage | None = None
    end: str = ""  # stop, length, stopped, interrupted, or a failure's code
    grounded_on: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    first_text_ms: int | None = None

    @property
    def is_complete(self) -> bool:
        return self.end in {"stop", "length", "stopped"}


async def generate(job: Job, events: Events) -> None:
    """Raises LeaseLost, and what says that the databases were away for too long: the job is then taken again."""
    if await in_database(_finished_message, job) is not None:
        await _settle_known(job, events)
        return
    past = await events.past()
    if past and past[-1][1] in {"message.completed", "message.failed"}:
        await _pay(job, Answer())
        return
    begun = _said(past)
    persona = await in_database(jobs.persona_of, job)
    if begun:
        await _end(job, persona, events, Answer(text=begun, end="interrupted"))
        return
    prompt = await in_database(jobs.prompt_of, job, persona)
    if prompt is None:
        await _end(job, persona, events, Answer(end="question_deleted"))
        return
    answer = await _answered(job, persona, prompt, events)
    await _end(job, persona, events, answer)


async def fail(job: Job, events: Events) -> None:
    """The end of a reply that cannot be generated for a reason that nobody has foreseen."""
    persona = await in_database(jobs.persona_of, job)
    await _end(job, persona, events, Answer(text=_said(await events.past()), end="generation_failed"))


def _said(past: list[tuple[int, str, bytes]]) -> str:
    return "".join(orjson.loads(data)["text"] for _, event, data in past if event == "message.delta")


async def _answered(job: Job, persona: ChatPersona, prompt: Prompt, events: Events) -> Answer:
    answer = Answer()
    if job.continued_id:
        answer.text = prompt.turns[-2].content
        await events.add("message.delta", {"text": answer.text})
    try:
        async with asyncio.timeout(GENERATION_SECONDS):
            for _ in range(ROUNDS):
                calls = await _round(persona, prompt, events, answer)
                if not calls or answer.end:
                    break
                await _look_up(job, persona, prompt, calls, answer)
            answer.end = answer.end or "tools_without_end"
    except ModelFailure as failure:
        log.warning("chat_model_failed", reply_id=job.reply_id, code=failure.code, error=str(failure))
        answer.end = failure.code
    except TimeoutError:
        answer.end = "model_timeout"
    return answer


async def _round(persona: ChatPersona, prompt: Prompt, events: Events, answer: Answer) -> list[ToolCall]:
    """One answer of the model; returns the tools that it asks for."""
    calls: list[ToolCall] = []
    said = ""
    async with aclosing(jobs.model_of(persona).answer(prompt)) as parts:
        async for part in parts:
            match part:
                case Text(text):
                    if answer.first_text_ms is None:
                        answer.first_text_ms = round((time.monotonic() - answer.started) * 1000)
                        FIRST_TEXT.observe(time.monotonic() - answer.started)
                    said += text
                    answer.text += text
                    await events.add("message.delta", {"text": text})
                case ToolCall():
                    calls.append(part)
                case Usage(prompt_tokens, completion_tokens):
                    known = answer.usage or Usage(0, 0)
                    answer.usage = Usage(
                        known.prompt_tokens + prompt_tokens, known.completion_tokens + completion_tokens
                    )
                case Finished(reason):
                    answer.end = "" if calls else "length" if reason == "length" else "stop"
            if events.is_stopped or len(answer.text) > LONGEST:
                answer.end = "stopped" if events.is_stopped else "length"
                return []
    prompt.turns.append(Turn("assistant", said, tuple(calls)))
    return calls


async def _look_up(job: Job, persona: ChatPersona, prompt: Prompt, calls: list[ToolCall], answer: Answer) -> None:
    for call in calls:
        found = await in_database(tools.run, job.account_db_key, persona.tools, call.name, call.arguments)
        prompt.turns.append(Turn("tool", found, call_id=call.call_id))
        answer.grounded_on.append(call.name)


async def _end(job: Job, persona: ChatPersona, events: Events, answer: Answer) -> None:
    """Keep the answer, pay, tell. In this order, each safe to repeat."""
    message = _message(job, persona, answer) if answer.text else None
    if message is not None:
        try:
            message = await in_database(accept, message)
        except RoomUnknown:
            message, answer.end = None, "room_deleted"
    await _pay(job, answer)
    data: dict[str, Any] = {"message": message.row()._asdict() if message else None}
    if answer.is_complete:
        await events.add("message.completed", data, last=True)
    else:
        await events.add("message.failed", {"code": answer.end} | data, last=True)
    REPLIES.labels(job.ai_persona, answer.end).inc()
    if message is not None:
        await in_database(_suggest_title, job)


async def _pay(job: Job, answer: Answer) -> None:
    usage = _usage(answer)
    await in_database(
        lambda: tokens.settle(
            account_db_key=job.account_db_key,
            reply_id=UUID(job.reply_id),
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
        )
    )


def _usage(answer: Answer) -> Usage:
    """The model's count; where it gave none, an estimate of what came of it, and nothing for nothing."""
    if answer.usage is not None:
        return answer.usage
    return Usage(tokens.OVERHEAD, tokens.estimate(answer.text)) if answer.text else Usage(0, 0)


def _message(job: Job, persona: ChatPersona, answer: Answer) -> Message:
    usage = _usage(answer)
    return Message(
        message_id=UUID(job.reply_id),
        room_id=UUID(job.room_id),
        account_db_key=job.account_db_key,
        message_type="AI",
        content=answer.text,
        metadata={
            "ai_persona": persona.ai_persona,
            "persona_version": persona.version,
            "adapter": persona.adapter,
            "model": persona.model,
            "finish_reason": answer.end,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "latency_ms": round((time.monotonic() - answer.started) * 1000),
            "first_text_ms": answer.first_text_ms,
            "grounded_on": answer.grounded_on,
            "reply_to": job.question_id,
        }
        | ({"continues": job.continued_id} if job.continued_id else {}),
        moment_us=now_us(),
    )


async def _settle_known(job: Job, events: Events) -> None:
    """The answer was accepted before; what followed may be missing."""
    message = await in_database(_finished_message, job)
    assert message is not None  # noqa: S101  # nobody deletes it in between but the user, who then needs no event
    known = message.metadata
    answer = Answer(
        text=message.content,
        end=known.get("finish_reason", "stop"),
        usage=Usage(known.get("prompt_tokens", 0), known.get("completion_tokens", 0)),
    )
    await _pay(job, answer)
    past = await events.past()
    if not past or past[-1][1] not in {"message.completed", "message.failed"}:
        data = {"message": message._asdict()}
        events.number = max(events.number, past[-1][0] if past else 0)
        if answer.is_complete:
            await events.add("message.completed", data, last=True)
        else:
            await events.add("message.failed", {"code": answer.end} | data, last=True)


def _finished_message(job: Job) -> Any:
    """The reply as a message, or None."""
    try:
        return selectors.message_get(
            account_db_key=job.account_db_key, room_id=UUID(job.room_id), message_id=UUID(job.reply_id)
        )
    except (MessageUnknown, RoomUnknown):
        return None


def _suggest_title(job: Job) -> None:
    try:
        room = selectors.room_get(account_db_key=job.account_db_key, room_id=UUID(job.room_id))
        if room.title:
            return
        question = selectors.message_get(
            account_db_key=job.account_db_key, room_id=UUID(job.room_id), message_id=UUID(job.question_id)
        )
        services.room_suggest_title(
            account_db_key=job.account_db_key, room_id=UUID(job.room_id), title=title_of(question.content)
        )
    except (MessageUnknown, RoomUnknown):
        return


async def in_database(work: Callable[..., Any], *arguments: Any) -> Any:
    """In a thread, which keeps its connections; repeated while a database is away."""
    pause = 0.2
    while True:
        try:
            return await asyncio.to_thread(_cleanly, work, *arguments)
        except AWAY as error:
            if isinstance(error, Error) and not is_away(error):
                raise
            log.warning("chat_database_away", error=str(error))
        await asyncio.sleep(pause)
        pause = min(pause * 2, 2.0)


def _cleanly(work: Callable[..., Any], *arguments: Any) -> Any:
    close_old_connections()
    try:
        return work(*arguments)
    finally:
        close_old_connections()
