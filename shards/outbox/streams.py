"""Redis Streams as the outbox' transport: which stream an event goes to, and how it looks there.

Each database has its own streams, so that a stream's last id says whether Redis has lost what this database sent:
`outbox:<source>:<domain>:<n>`, n by a stable hash of the partition key. A partition is always in one stream.
"""

from datetime import datetime
from uuid import UUID
from zlib import crc32

import orjson

from shards.outbox.procedures import Claimed
from shards.outbox.registry import Event

STREAMS_PER_DOMAIN = 4
KEPT_MS = 24 * 3600 * 1000  # older entries are trimmed; `outbox_events` keeps them longer
NOTHING = "0-0"


def stream_of(source: str, domain: str, partition_key: str) -> str:
    return _name(source, domain, crc32(partition_key.encode()) % STREAMS_PER_DOMAIN)


def streams_of(source: str, domain: str) -> list[str]:
    return [_name(source, domain, number) for number in range(STREAMS_PER_DOMAIN)]


def source_of(stream: str) -> str:
    return stream.split(":")[1]


def encode(claimed: Claimed) -> dict[bytes | str, bytes | str | int]:
    return {
        "event_id": claimed.event_id.hex,
        "domain": claimed.domain,
        "partition_key": claimed.partition_key,
        "sequence_no": claimed.sequence_no,
        "event_type": claimed.event_type,
        "schema_version": claimed.schema_version,
        "aggregate_id": claimed.aggregate_id,
        "event_data": claimed.event_data,
        "created_at": claimed.created_at.isoformat(),
    }


def decode(stream: str, fields: dict[bytes, bytes]) -> Event:
    text = {name.decode(): value.decode() for name, value in fields.items()}
    return Event(
        source=source_of(stream),
        event_id=UUID(text["event_id"]),
        domain=text["domain"],
        partition_key=text["partition_key"],
        sequence_no=int(text["sequence_no"]),
        event_type=text["event_type"],
        schema_version=int(text["schema_version"]),
        aggregate_id=text["aggregate_id"],
        event_data=orjson.loads(text["event_data"]),
        created_at=datetime.fromisoformat(text["created_at"]),
    )


def _name(source: str, domain: str, number: int) -> str:
    return f"outbox:{source}:{domain}:{number}"
