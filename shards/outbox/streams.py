"""Redis Streams as the outbox' transport: which stream an event goes to, how it looks there, and how it gets there.

Each database has its own streams, so that a stream's last id says whether Redis has lost what this database sent:
`outbox:<source>:<domain>:<n>`, n by a stable hash of the partition key. A partition is always in one stream. An entry
has one field, `event`: the envelope as JSON.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zlib import crc32

import orjson
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from config.redis import streams as redis
from shards.outbox.procedures import Claimed
from shards.outbox.registry import Event
from shards.outbox.transport import Refused, StreamLost, TransportDown

STREAMS_PER_DOMAIN = 4
KEPT_MS = 24 * 3600 * 1000  # older entries are trimmed; `outbox_events` keeps them longer

DOWN = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError, ReadOnlyError)  # none of them is an event's fault

# KEYS: streams. ARGV: the oldest id to keep; for each stream the last id that it must have reached, padded, or '';
# then pairs of stream number and event. Nothing is added when a stream is behind: {'lost', its number}.
APPEND = """
for number, stream in ipairs(KEYS) do
  local expected = ARGV[1 + number]
  if expected ~= '' then
    local last = '0-0'
    if redis.call('EXISTS', stream) == 1 then
      local info = redis.call('XINFO', 'STREAM', stream)
      for place = 1, #info, 2 do
        if info[place] == 'last-generated-id' then last = info[place + 1] end
      end
    end
    local ms, seq = string.match(last, '(%d+)-(%d+)')
    if string.format('%020d-%020d', ms, seq) < expected then return {'lost', tostring(number)} end
  end
end
local ids = {}
for place = #KEYS + 2, #ARGV, 2 do
  local stream = KEYS[tonumber(ARGV[place])]
  ids[#ids + 1] = redis.call('XADD', stream, 'MINID', '~', ARGV[1], '*', 'event', ARGV[place + 1])
end
return ids
"""


def stream_of(source: str, domain: str, partition_key: str) -> str:
    return name_of(source, domain, crc32(partition_key.encode()) % STREAMS_PER_DOMAIN)


def streams_of(source: str, domain: str) -> list[str]:
    return [name_of(source, domain, number) for number in range(STREAMS_PER_DOMAIN)]


def name_of(source: str, domain: str, number: int) -> str:
    return f"outbox:{source}:{domain}:{number}"


def append(source: str, events: Iterable[Claimed], expected: dict[str, str]) -> dict[str, str]:
    """Append events to their streams, all or none; returns stream -> last id (padded) of the streams appended to.

    `expected` is the last id that each stream must have reached. Raises StreamLost, TransportDown and Refused.
    """
    placed = [(stream_of(source, event.domain, event.partition_key), encode(event)) for event in events]
    streams = sorted({stream for stream, _ in placed})
    number = {stream: place for place, stream in enumerate(streams, 1)}
    oldest = f"{int(time.time() * 1000) - KEPT_MS}-0"
    pairs = [part for stream, event in placed for part in (number[stream], event)]
    try:
        answer = redis().eval(APPEND, len(streams), *streams, oldest, *(expected.get(s, "") for s in streams), *pairs)
    except DOWN as error:
        raise TransportDown(str(error)) from error
    except RedisError as error:
        raise Refused(str(error)) from error
    if answer[0] == b"lost":
        raise StreamLost(streams[int(answer[1]) - 1])
    return {stream: padded(entry_id) for (stream, _), entry_id in zip(placed, answer, strict=True)}


def check(stream: str, expected: str) -> None:
    """Raises StreamLost when the stream has not reached the id that it gave before."""
    answer = redis().eval(APPEND, 1, stream, "0-0", expected)
    if answer:
        raise StreamLost(stream)


def padded(entry_id: bytes) -> str:
    """An entry id whose order as text is its order in the stream."""
    ms, _, seq = entry_id.decode().partition("-")
    return f"{int(ms):020}-{int(seq):020}"


def encode(claimed: Claimed) -> bytes:
    return orjson.dumps(
        {
            "event_id": claimed.event_id,
            "domain": claimed.domain,
            "partition_key": claimed.partition_key,
            "sequence_no": claimed.sequence_no,
            "event_type": claimed.event_type,
            "schema_version": claimed.schema_version,
            "aggregate_id": claimed.aggregate_id,
            "event_data": orjson.Fragment(claimed.event_data),
            "created_at": claimed.created_at,
        }
    )


def decode(stream: str, fields: dict[bytes, bytes]) -> Event:
    envelope = orjson.loads(fields[b"event"])
    envelope["event_id"] = UUID(envelope["event_id"])
    envelope["created_at"] = datetime.fromisoformat(envelope["created_at"])
    return Event(source=stream.split(":")[1], **envelope)
