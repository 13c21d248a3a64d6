"""The events of one reply, numbered, as clients follow them: message.created, delta, completed, failed.

An event's number is its id in the stream, given by us: an event that is sent again after a time-out is refused by Redis
and known to be there. Who does not hold the reply's lease any more cannot add to it.
"""

import asyncio
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from chat.live import keys
from config import sse

log = structlog.get_logger(__name__)

LEASE_MS = 10_000
PATIENCE = 90.0  # seconds that Redis may be away in the middle of an answer

# KEYS: lease, reply, stop. ARGV: holder, id, event, data, '1' for the last one, seconds to keep. Returns lost, stop or
# ok.
EMIT = """
local holder = redis.call('GET', KEYS[1])
if holder == false then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', {lease})
elseif holder ~= ARGV[1] then
  return 'lost'
end
local fields = {'event', ARGV[3], 'data', ARGV[4]}
if ARGV[5] == '1' then fields = {'event', ARGV[3], 'data', ARGV[4], 'end', '1'} end
local added = redis.pcall('XADD', KEYS[2], ARGV[2], unpack(fields))
if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller') then return added end
redis.call('EXPIRE', KEYS[2], ARGV[6])
if redis.call('EXISTS', KEYS[3]) == 1 then return 'stop' end
return 'ok'
""".replace("{lease}", str(LEASE_MS))
RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class LeaseLost(Exception):
    """Another worker has this reply now."""


class Events:
    """Adds to one reply's stream, for who holds its lease."""

    def __init__(self, redis: Any, reply_id: UUID, holder: str, number: int) -> None:
        self._redis = redis
        self._keys = [keys.lease(reply_id), keys.reply(reply_id), keys.stop(reply_id)]
        self._holder = holder
        self.reply_id = reply_id
        self.number = number
        self.is_stopped = False

    async def add(self, event: str, data: dict[str, Any], *, last: bool = False) -> None:
        """Waits for a Redis that is away; raises LeaseLost, and RedisError when it is away for too long."""
        self.number += 1
        content = sse.fields(event, {"message_id": self.reply_id, "number": self.number} | data)["data"]
        arguments = [self._holder, f"{self.number}-0", event, content, "1" if last else "", keys.REPLY_SECONDS]
        outcome = await patiently(lambda: self._redis.eval(EMIT, 3, *self._keys, *arguments))
        if outcome == b"lost":
            raise LeaseLost
        self.is_stopped = self.is_stopped or outcome == b"stop"

    async def hold(self) -> bool:
        """Take the lease; False when somebody has it."""
        taken = await self._redis.set(self._keys[0], self._holder, nx=True, px=LEASE_MS)
        return bool(taken) or await self._redis.get(self._keys[0]) == self._holder.encode()

    async def keep(self) -> None:
        """Renews the lease until it is cancelled, and looks for a wish to stop."""
        while True:
            await asyncio.sleep(LEASE_MS / 4000)
            try:
                await self._redis.eval(RENEW, 1, self._keys[0], self._holder, LEASE_MS)
                self.is_stopped = self.is_stopped or bool(await self._redis.exists(self._keys[2]))
            except RedisError as error:
                log.warning("chat_lease_not_renewed", reply_id=str(self.reply_id), error=str(error))

    async def let_go(self) -> None:
        try:
            await self._redis.eval(GIVE_BACK, 1, self._keys[0], self._holder)
        except RedisError as error:
            log.warning("chat_lease_not_given_back", reply_id=str(self.reply_id), error=str(error))

    async def past(self) -> list[tuple[int, str, bytes]]:
        """What is in the stream already: number, event, data."""
        entries = await patiently(lambda: self._redis.xrange(self._keys[1]))
        return [
            (int(entry_id.partition(b"-")[0]), fields[b"event"].decode(), fields[b"data"])
            for entry_id, fields in entries
        ]


async def patiently(ask: Any) -> Any:
    """The answer of a Redis that may be away for a while; raises RedisError after PATIENCE."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            return await ask()
        except RedisError:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)
