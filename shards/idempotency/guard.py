"""A write that its client sends again is done once, and answered with the same bytes.

    with guard(key, on_account(...)) as write:   # raises Answered when there is an answer already
        response = handler(...)                  # its services are written as ever
        write.finish(status, body)

The first unit of work (`shards.transactions`) that the handler runs on the guarded database claims the key in its own
transaction and is then *held*: it commits when the answer is in the row, so write, key and answer are there together
or not at all. What must not run before that commit calls `settle()`: the held unit commits at once, its key without an
answer, which follows in a transaction of its own. A second unit of work settles the first one by itself, and so does
every Celery task that is sent. Should the process die between the two, the key stands without an answer and is taken
over after `STALE_SECONDS`: the handler then runs again, as it does for clients that send no key.

A refusal rolls the held unit back and keeps nothing: the client may correct it under the same key. What was settled
before a refusal stays done, and the key is given back.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from celery.signals import before_task_publish
from django.db import Error, transaction

from config.databases import GLOBAL
from shards.exceptions import IdempotencyKeyReused, ShardUnavailable
from shards.fields import new_public_id
from shards.idempotency import procedures
from shards.scope import current_alias, on_alias

log = structlog.get_logger(__name__)

STALE_SECONDS = 60  # longer than any request

_current: ContextVar["Guard | None"] = ContextVar("idempotency_guard", default=None)


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two requests the same one; `request_hash` is a keyed hash of all that the client sent."""

    account_db_key: int
    route: str
    idempotency_key: str
    request_hash: bytes

    @property
    def columns(self) -> dict[str, Any]:
        return {"account_db_key": self.account_db_key, "route": self.route, "idempotency_key": self.idempotency_key}


class Answered(Exception):
    """The write was done before: this is its answer."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self.status = status
        self.body = body


@dataclass
class Guard:
    """One keyed request, on the database whose alias it holds."""

    key: Key
    alias: str
    claim_id: UUID = field(default_factory=new_public_id)
    is_claimed: bool = False  # committed, without an answer
    held: ExitStack | None = None  # the transaction that waits for the answer

    def claim(self) -> None:
        """In the unit's transaction; raises Answered, IdempotencyInFlight, IdempotencyKeyReused."""
        if not self.is_claimed:
            claim = procedures.idempotency_key_claim(
                **self.key.columns,
                request_hash=self.key.request_hash,
                claim_id=self.claim_id,
                stale_seconds=STALE_SECONDS,
            )
            _compare(self.key, claim)

    def settle(self) -> None:
        """Commit what is held, now."""
        held, self.held = self.held, None
        if held is not None:
            with on_alias(self.alias):
                held.close()
            self.is_claimed = True

    def finish(self, status: int, body: bytes) -> None:
        """Keep the answer with the write, and commit both."""
        held, self.held = self.held, None
        with on_alias(self.alias), held or transaction.atomic(using=self.alias, durable=True):
            if held is None:
                self.claim()
            procedures.idempotency_key_answer(
                **self.key.columns, claim_id=self.claim_id, response_status=status, response_body=body
            )

    def give_up(self, error: BaseException) -> None:
        """Undo what is held; what was settled stays, its key is free again."""
        held, self.held = self.held, None
        try:
            if held is not None:
                held.__exit__(type(error), error, error.__traceback__)
            self.release()
        except (Error, ShardUnavailable) as second:
            log.warning("idempotency_key_not_released", error=str(second))

    def release(self) -> None:
        """Commit what is held, and keep no answer: the key is free again."""
        self.settle()
        if self.is_claimed:
            with on_alias(self.alias), transaction.atomic(using=self.alias, durable=True):
                procedures.idempotency_key_release(**self.key.columns, claim_id=self.claim_id)


@contextmanager
def guard(key: Key, place: AbstractContextManager[None]) -> Iterator[Guard]:
    """Guards what runs inside it, on the database of `place`; raises Answered where the answer is known."""
    with place:
        write = Guard(key, current_alias())
        kept = procedures.idempotency_key_get(**key.columns)
    if kept is not None:
        _compare(key, kept)
    token = _current.set(write)
    try:
        yield write
    except BaseException as error:
        write.give_up(error)
        raise
    finally:
        _current.reset(token)


def settle() -> None:
    """Before an effect outside the databases that must not be there without the commit. Nothing without a key."""
    write = _current.get()
    if write is not None:
        write.settle()


def guard_of(alias: str) -> Guard | None:
    """The guard that a unit of work on this database has to claim and to wait for; it moves with the account."""
    write = _current.get()
    if write is None or (write.alias == GLOBAL) != (alias == GLOBAL):
        return None
    if not write.is_claimed:
        write.alias = alias
    return write if write.alias == alias else None


def _compare(key: Key, found: procedures.Kept | procedures.Claim) -> None:
    if bytes(found.request_hash) != key.request_hash:
        raise IdempotencyKeyReused
    if found.response_status is not None and found.response_body is not None:
        raise Answered(found.response_status, bytes(found.response_body))


@before_task_publish.connect
def _settle_before_task(**_: Any) -> None:
    """A task never starts before the commit of the write that sent it."""
    settle()
