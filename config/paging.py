"""Cursor paging: `{results, next}`, where `next` is the last row's place in the order, opaque to the client."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import orjson
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from config.refusals import Refusal

PAGE, LARGEST = 50, 200
Row = TypeVar("Row", bound=NamedTuple)

PARAMETERS = [
    OpenApiParameter("cursor", str, description="`next` of the page before; leave out for the first page."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": PAGE}),
]


class CursorInvalid(Refusal):
    code = "cursor_invalid"
    status = 400
    detail = "The cursor is not one that this list gave."
    field = "cursor"


class PageInput(serializers.Serializer[Any]):
    cursor = serializers.CharField(required=False, max_length=500)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST, default=PAGE)


def checked(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """The input as the serializer checked it; raises DRF's ValidationError."""
    return _checker(serializer).run_validation(data)


@cache
def _checker(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """One of each for all requests: making one copies every field, and checking changes nothing in it."""
    return serializer()


def _plainly(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [row._asdict() for row in rows]


def page(
    rows: Sequence[Row],
    limit: int,
    place: Callable[[Row], tuple[Any, ...]],
    show: Callable[[Sequence[Row]], list[dict[str, Any]]] = _plainly,
) -> dict[str, Any]:
    """One page from up to limit + 1 rows; the extra row only says that there is a next page."""
    shown = rows[:limit]
    more = len(rows) > limit
    return {"results": show(shown), "next": _encode(place(shown[-1])) if more else None}


def read_time_and_id(cursor: str | None) -> tuple[datetime, UUID] | None:
    """A place in an order by (time, id), None for the beginning; raises CursorInvalid."""
    return _read(cursor, datetime.fromisoformat, UUID)


def read_date_and_id(cursor: str | None) -> tuple[date, UUID] | None:
    """A place in an order by (date, id), None for the beginning; raises CursorInvalid."""
    return _read(cursor, date.fromisoformat, UUID)


def read_number(cursor: str | None) -> int | None:
    """A place in an order by a number, None for the beginning; raises CursorInvalid."""
    place = _read(cursor, _number)
    return place[0] if place else None


def read_date(cursor: str | None) -> date | None:
    """A place in an order by date, None for the beginning; raises CursorInvalid."""
    place = _read(cursor, date.fromisoformat)
    return place[0] if place else None


def read_id(cursor: str | None) -> UUID | None:
    """A place in an order by id, None for the beginning; raises CursorInvalid."""
    place = _read(cursor, UUID)
    return place[0] if place else None


def page_schema(name: str, row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    fields = {"results": row(many=True), "next": serializers.CharField(allow_null=True)}
    return inline_serializer(name, fields)


def _read(cursor: str | None, *readers: Callable[[str], Any]) -> Any:
    if cursor is None:
        return None
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=="))
        return tuple(read(part) for read, part in zip(readers, parts, strict=True))
    except (ValueError, TypeError, AttributeError) as error:
        raise CursorInvalid from error


def _number(part: Any) -> int:
    if type(part) is not int or not 0 <= part < 2**63:
        raise ValueError(part)
    return part


def _encode(place: tuple[Any, ...]) -> str:
    return urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")
