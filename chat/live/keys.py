"""Where the live conversation is in Redis.

chat:room:<room>          hash: whose it is, the last place that was given; made again from MySQL when it is missing
chat:tail:<room>          sorted set: messages that were accepted and are not known to be in MySQL, by place
chat:accepted:<message>   what was accepted under this id, for a day
chat:live:<shard>         stream of accepted messages, for the writer
chat:generate             stream of replies to be generated
chat:reply:<reply>        stream of events of one reply, for clients
"""

from uuid import UUID

GENERATE = "chat:generate"
ACCEPTED_SECONDS = 24 * 3600
ROOM_SECONDS = 24 * 3600
GONE_SECONDS = 3600  # for which a deleted room's key says so
REPLY_SECONDS = 3600  # for which a reply's events are kept after the last one


def room(room_id: UUID) -> str:
    return f"chat:room:{room_id.hex}"


def tail(room_id: UUID) -> str:
    return f"chat:tail:{room_id.hex}"


def accepted(message_id: UUID) -> str:
    return f"chat:accepted:{message_id.hex}"


def live(shard_id: int) -> str:
    return f"chat:live:{shard_id}"


def reply(reply_id: UUID) -> str:
    return f"chat:reply:{reply_id.hex}"


def lease(reply_id: UUID) -> str:
    return f"chat:lease:{reply_id.hex}"


def stop(reply_id: UUID) -> str:
    return f"chat:stop:{reply_id.hex}"
