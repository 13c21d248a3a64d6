"""The routines of operators' notices, each with its types (`sql/{global,shard}/notifications`)."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class Running(NamedTuple):
    notice_id: UUID
    type_id: str
    title_en: str
    message_en: str
    title_ko: str
    message_ko: str
    account_db_key: int | None
    language: str
    symbol: str


class Delivered(NamedTuple):
    is_finished: bool
    created: int


def notice_insert(
    *,
    notice_id: UUID,
    type_id: str,
    title_en: str,
    message_en: str,
    title_ko: str,
    message_ko: str,
    account_db_key: int | None,
    language: str,
    symbol: str,
    counted: int,
    start_at: datetime,
    created_by: int,
) -> None:
    call(
        "fp_notice_insert",
        notice_id=notice_id,
        type_id=type_id,
        title_en=title_en,
        message_en=message_en,
        title_ko=title_ko,
        message_ko=message_ko,
        account_db_key=account_db_key,
        language=language,
        symbol=symbol,
        counted=counted,
        start_at=start_at,
        created_by=created_by,
    )


def notice_undo(*, notice_id: UUID) -> None:
    call("fp_notice_undo", notice_id=notice_id)


def notice_start() -> list[Running]:
    return call("fp_notice_start", Running)


def notice_finish(*, notice_id: UUID) -> None:
    call("fp_notice_finish", notice_id=notice_id)


def notice_count(*, account_db_key: int | None, language: str, symbol: str, is_advertising: bool) -> int:
    ((accounts,),) = call(
        "fp_notice_count",
        account_db_key=account_db_key,
        language=language,
        symbol=symbol,
        is_advertising=is_advertising,
    )
    return int(accounts)


def notice_deliver(
    *,
    notice_id: UUID,
    type_id: str,
    texts: dict[str, Any],
    priority: int,
    account_db_key: int | None,
    language: str,
    symbol: str,
    is_advertising: bool,
    limit: int,
) -> Delivered:
    return call_one(
        "fp_notice_deliver",
        Delivered,
        notice_id=notice_id,
        type_id=type_id,
        texts=texts,
        priority=priority,
        account_db_key=account_db_key,
        language=language,
        symbol=symbol,
        is_advertising=is_advertising,
        limit=limit,
    )
