"""Notices of operators: counted, scheduled, undone until they start, and given to accounts shard by shard.

A batch is one transaction on one shard, in account order; the shard's row says how far it has come. A shard that is
down holds the notice open and nobody else up; it goes on when the shard is back.
"""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from notifications.models import NoticeProgress
from notifications.notices import procedures
from notifications.notices.procedures import Running
from notifications.types import TYPES, texts
from shards import directory
from shards.fields import new_public_id
from shards.points import reach
from shards.transactions import in_global_transaction, in_transaction
from shards.walk import on_each_shard

ACCOUNTS = 5_000  # a transaction
NOTICE_TYPES = ("SYSTEM_NOTICE", "PROMOTION")

_insert = in_global_transaction(procedures.notice_insert)
_start = in_global_transaction(procedures.notice_start)
_finish = in_global_transaction(procedures.notice_finish)
_deliver = in_transaction(procedures.notice_deliver)

notice_undo = in_global_transaction(procedures.notice_undo)  # raises NoticeStarted


class Segment(NamedTuple):
    """All three empty: everybody."""

    account_db_key: int | None = None
    language: str = ""
    symbol: str = ""


class Words(NamedTuple):
    title_en: str
    message_en: str
    title_ko: str
    message_ko: str


def notice_count(*, segment: Segment, type_id: str) -> dict[int, int | str]:
    """shard -> accounts that it would reach now, or why that is not known."""
    is_advertising = TYPES[type_id].is_advertising
    return on_each_shard(
        partial(procedures.notice_count, **segment._asdict(), is_advertising=is_advertising), "notice count"
    )


def notice_schedule(
    *, type_id: str, words: Words, segment: Segment, counted: int, wait: timedelta, created_by: int
) -> UUID:
    """It starts after `wait`; until then `notice_undo` takes it back."""
    notice_id = new_public_id()
    _insert(
        notice_id=notice_id,
        type_id=type_id,
        **words._asdict(),
        **segment._asdict(),
        counted=counted,
        start_at=datetime.now(UTC) + wait,
        created_by=created_by,
    )
    return notice_id


def run_all() -> dict[str, Any]:
    """notice -> shard -> rows made, or why not."""
    return {str(notice.notice_id): _run(notice) for notice in _start()}


def _run(notice: Running) -> dict[str, Any]:
    results = on_each_shard(partial(_run_here, notice), "notice")
    known = set(directory.shard_ids())
    is_through = all(not isinstance(result, str) for result in results.values())
    if is_through and known <= set(results):
        _finish(notice_id=notice.notice_id)
    return {str(shard_id): result for shard_id, result in results.items()}


def _run_here(notice: Running) -> int:
    words = rendered(notice.type_id, Words(notice.title_en, notice.message_en, notice.title_ko, notice.message_ko))
    made = 0
    is_finished = False
    while not is_finished:
        is_finished, created = _deliver(
            notice_id=notice.notice_id,
            type_id=notice.type_id,
            texts={language: text._asdict() for language, text in words.items()},
            priority=TYPES[notice.type_id].priority,
            account_db_key=notice.account_db_key,
            language=notice.language,
            symbol=notice.symbol,
            is_advertising=TYPES[notice.type_id].is_advertising,
            limit=ACCOUNTS,
        )
        made += created
        reach("notice.batch")
    return made


def rendered(type_id: str, words: Words) -> dict[str, Any]:
    """Language -> the texts as accounts will see them; advertising says so in its title."""
    return texts(
        type_id,
        {
            "title": words.title_en,
            "message": words.message_en,
            "title_ko": words.title_ko,
            "message_ko": words.message_ko,
        },
    )


def notice_progress(notice_id: UUID) -> dict[int, tuple[int, bool] | str]:
    """shard -> (rows made, whether it is through), or why that is not known."""
    return on_each_shard(partial(_progress_here, notice_id), "notice progress")


def _progress_here(notice_id: UUID) -> tuple[int, bool]:
    row = NoticeProgress.objects.filter(pk=notice_id).first()
    return (row.created_count, row.finished_at is not None) if row else (0, False)
