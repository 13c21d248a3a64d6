"""What can go wrong with shards: 310xx."""

from config.refusals import Refusal


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


class ShardInMaintenance(Refusal):
    """Reads go on, and so do the relay and the evaluation; what an account would change waits."""

    code = "shard_maintenance"
    status = 503
    detail = "This account's data is being maintained: it can be read, but not changed for a while."
    retry_after = 30


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


class IdempotencyInFlight(Refusal):
    code = "idempotency_in_flight"
    status = 409
    errno = 31011
    detail = "The first request with this Idempotency-Key is not finished yet; ask again in a moment."
    retry_after = 1


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"
    status = 422
    detail = "This Idempotency-Key was sent with another request before."


class IdempotencyKeyInvalid(Refusal):
    code = "idempotency_key_invalid"
    status = 400
    detail = "An Idempotency-Key is 1 to 128 visible ASCII characters."


class ShardUnknown(Refusal):
    code = "shard_unknown"
    status = 404
    errno = 31013
    detail = "There is no such shard."


class ShardStatusUnknown(Refusal):
    code = "shard_status_unknown"
    status = 400
    errno = 31014
    detail = "A shard is active, in maintenance or disabled."


class ShardPlaceTaken(Exception):
    """What was asked for as a new shard's id, place or name belongs to a shard that exists; the text says which."""
