"""Figures for operators: replies and tokens by day and persona over all shards, and what waits."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from redis.exceptions import RedisError

from chat.budget import procedures
from chat.live import keys
from chat.live.writer import backlog
from config.redis import streams as redis
from shards import directory
from shards.walk import on_each_shard

DAYS = 30


class Usage(NamedTuple):
    days: list[date]
    tokens: dict[str, list[int]]  # persona -> tokens of each day
    replies: dict[str, list[int]]
    missing: list[int]  # shards that did not answer


def usage() -> Usage:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    place = {day: number for number, day in enumerate(days)}
    tokens: dict[str, list[int]] = defaultdict(lambda: [0] * DAYS)
    replies: dict[str, list[int]] = defaultdict(lambda: [0] * DAYS)
    missing = []
    for shard_id, rows in on_each_shard(lambda: procedures.chat_usage(since=days[0]), "chat usage").items():
        if isinstance(rows, str):
            missing.append(shard_id)
            continue
        for row in rows:
            number = min(place.get(row.local_date, DAYS - 1), DAYS - 1)  # somebody's tomorrow counts as today
            tokens[row.ai_persona][number] += int(row.tokens)  # a SUM is a DECIMAL
            replies[row.ai_persona][number] += row.replies
    return Usage(days, dict(sorted(tokens.items())), dict(sorted(replies.items())), missing)


def waiting() -> dict[str, int | str]:
    """What is accepted and not stored, by shard, and replies that are asked for; or why it is not known."""
    try:
        found: dict[str, int | str] = {
            f"Messages for shard {shard_id}": backlog(shard_id) for shard_id in directory.served_shard_ids()
        }
        return found | {"Replies asked for": int(redis().xlen(keys.GENERATE))}
    except RedisError as error:
        return {"Redis": str(error)}
