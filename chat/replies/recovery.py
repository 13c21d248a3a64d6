"""Replies that were asked for and are nobody's work: Redis was away when they were asked for, or has lost them.

Their reservation is a row, so nothing that was paid for is forgotten: the job is put into the stream again, and after
GIVE_UP the tokens are given back.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog

from chat.budget import procedures, tokens
from chat.live import keys
from chat.replies.jobs import Job
from config import sse
from config.redis import streams as redis
from shards.walk import on_each_shard

log = structlog.get_logger(__name__)

MISSING_AFTER = timedelta(seconds=15)  # from the reservation to the entry it takes a moment
GIVE_UP = timedelta(hours=1)
AT_ONCE = 500


def recover() -> dict[str, Any]:
    """shard -> how many replies were put back to work."""
    entries: Any = redis().xrange(keys.GENERATE)
    queued = {orjson.loads(fields[b"job"])["reply_id"] for _, fields in entries}
    return {str(shard_id): found for shard_id, found in on_each_shard(lambda: _recover(queued), "chat.recover").items()}


def _recover(queued: set[str]) -> int:
    now = datetime.now(UTC)
    found = 0
    for waiting in procedures.chat_tokens_reserved(before=now - MISSING_AFTER, limit=AT_ONCE):
        job = Job(**waiting.request)
        if job.reply_id in queued or redis().exists(keys.lease(UUID(job.reply_id))):
            continue
        if waiting.created_at < now - GIVE_UP:
            _give_up(job)
        else:
            attempt = int((now - waiting.created_at) / MISSING_AFTER)
            redis().xadd(keys.GENERATE, {"job": orjson.dumps(replace(job, attempt=attempt).data())})
        log.warning("chat_reply_taken_up", reply_id=job.reply_id)
        found += 1
    return found


def _give_up(job: Job) -> None:
    reply_id = UUID(job.reply_id)
    tokens.release(account_db_key=job.account_db_key, reply_id=reply_id)
    data = {"message_id": reply_id, "code": "given_up", "message": None}
    redis().xadd(keys.reply(reply_id), sse.fields("message.failed", data, last=True))
    redis().expire(keys.reply(reply_id), keys.REPLY_SECONDS)
