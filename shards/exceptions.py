"""What can go wrong, by name: each refusal has one code for programs, one HTTP status and, where a routine
raises it, one MySQL error number. Apps add theirs by subclassing `Refusal`; `BY_ERRNO` and `BY_CODE` are the one
table that DESIGN section 4.3 speaks of. Numbers: 31000 shards, 31100 accounts, 31200 signals, 31300 notifications.
"""

from typing import Any, ClassVar

BY_ERRNO: dict[int, type["Refusal"]] = {}
BY_CODE: dict[str, type["Refusal"]] = {}


class Refusal(Exception):
    """An expected "no" to the caller: counted, answered with its status, never logged as a fault."""

    code: ClassVar[str]
    status: ClassVar[int]
    errno: ClassVar[int | None] = None
    detail: ClassVar[str]
    retry_after: ClassVar[int | None] = None  # seconds, for 429 and 503
    field: ClassVar[str | None] = None  # the input field that it is about

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            return  # an intermediate class
        _register(BY_CODE, cls.code, cls)
        if cls.errno is not None:
            _register(BY_ERRNO, cls.errno, cls)

    def __str__(self) -> str:
        return super().__str__() or self.detail


def _register(table: dict[Any, type[Refusal]], key: Any, cls: type[Refusal]) -> None:
    if key in table:
        raise TypeError(f"{key!r} is taken by {table[key].__qualname__}, {cls.__qualname__} needs another")
    table[key] = cls


class ShardNotSelected(Exception):
    """A programming error: shard data was touched with no shard chosen."""


class ShardUnavailable(Refusal):
    code = "shard_unavailable"
    status = 503
    detail = "The database that holds this account cannot be reached; try again in a moment."
    retry_after = 2

    def __init__(self, shard_id: int | None = None) -> None:
        super().__init__()
        self.shard_id = shard_id


class NoActiveShard(Refusal):
    code = "no_active_shard"
    status = 503
    errno = 31001
    detail = "No shard takes new accounts at the moment."
    retry_after = 60


class AccountUnknown(Refusal):
    code = "account_unknown"
    status = 404
    errno = 31002
    detail = "There is no such account."


class AccountNotProvisioned(Refusal):
    """The account has no residence row on this shard yet; whoever meets this makes it."""

    code = "account_not_provisioned"
    status = 503
    errno = 31003
    detail = "The account is being set up; try again in a moment."
    retry_after = 1


class AccountNotOnShard(Refusal):
    """The account moves, or moved away: the caller's mapping is stale."""

    code = "account_not_on_shard"
    status = 503
    errno = 31004
    detail = "The account is moving to another shard; try again in a moment."
    retry_after = 2


class PlacementUnknown(Refusal):
    code = "placement_unknown"
    status = 500
    errno = 31005
    detail = "The placement strategy must be modulo or least_loaded."


class FenceLost(Refusal):
    """The lease ended and another worker went on; nothing was changed."""

    code = "fence_lost"
    status = 409
    errno = 31006
    detail = "The lease on this work has ended and another worker holds it."
