"""Sends again what Redis lost before its consumers had handled it.

A stream that is behind the last id that it gave has lost entries: Redis was emptied, or restarted without its last
second. Its row is marked first, so that whoever comes next goes on if this process is killed; then every event of its
partitions that some consumer has not handled is appended again, in order; then the row is whole again. Consumers drop
what they know and let a number wait whose predecessors are still missing.
"""

import structlog
from redis.exceptions import RedisError

from shards.outbox import procedures, streams
from shards.outbox.registry import consumed_domains, consumers
from shards.outbox.transport import StreamLost
from shards.points import reach
from shards.scope import current_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

PAGE = 1_000
NOTHING_SENT = "0" * 20 + "-" + "0" * 20


def recover(alias: str) -> dict[str, str]:
    """Look at every stream of one database and make the lost ones whole; returns the last id of each (padded)."""
    expected = {}
    for row in procedures.outbox_streams_get():
        try:
            lost = row.is_lost or _is_behind(row)
            if lost and not row.is_lost:
                mark_lost(row.stream)
                reach("resend.marked")
            expected[row.stream] = _resend(alias, row.stream) if lost else row.last_id
        except RedisError as error:
            log.warning("outbox_stream_unreachable", stream=row.stream, error=str(error))
            expected[row.stream] = row.last_id
    return expected


def mark_lost(stream: str) -> None:
    log.error("outbox_stream_lost", stream=stream)
    _set(stream=stream, is_lost=True, last_id=NOTHING_SENT)


def _is_behind(row: procedures.Stream) -> bool:
    try:
        streams.check(row.stream, row.last_id)
    except StreamLost:
        return True
    return False


def _resend(alias: str, stream: str) -> str:
    _, _, domain, number = stream.split(":")
    last_id, sent = NOTHING_SENT, 0
    for consumer in sorted(consumers()):
        if domain not in consumed_domains(consumer):
            continue
        partition_key, sequence_no = "", 0
        while page := procedures.universal_outbox_unconsumed(
            consumer=consumer,
            domain=domain,
            stream=int(number),
            streams=streams.STREAMS_PER_DOMAIN,
            after_partition_key=partition_key,
            after_sequence_no=sequence_no,
            limit=PAGE,
        ):
            last_id = streams.append(alias, page, {})[stream]
            partition_key, sequence_no = page[-1].partition_key, page[-1].sequence_no
            sent += len(page)
            reach("resend.page")
    reach("resend.sent")
    _set(stream=stream, is_lost=False, last_id=last_id)
    log.warning("outbox_stream_resent", stream=stream, events=sent, database=current_alias())
    return last_id


_set = in_transaction(procedures.outbox_stream_lost)
