"""Columns of lists and fields of pages that say more than the bare value."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.admin.utils import display_for_value
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.utils import prettify_json

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Column = Callable[[Model], Any]
NOTHING = "-"
LONG = 100  # characters of a text that a list shows

LINK = '<a href="{}" class="text-link">{}</a>'


def decimal(name: str, *, places: int = 2, description: str = "") -> Column:
    """Without the zeros that only fill up the column: 189.98, not 189.980000."""

    @display(description=description or _words(name), empty_value=NOTHING)
    def column(row: Model) -> str | None:
        value: Decimal | None = getattr(row, name)
        return None if value is None else shortened(value, places)

    return _named(column, name)


def label(name: str, colours: Mapping[Any, str], *, description: "StrOrPromise" = "") -> Column:
    """One of a few values as a coloured label: success, info, warning, danger."""

    @display(description=description or _words(name), label=dict(colours))
    def column(row: Model) -> Any:
        return getattr(row, name)

    return _named(column, name)


def excerpt(name: str, *, description: str = "") -> Column:
    """The beginning of a long text or of JSON; its page has all of it."""

    @display(description=description or _words(name), empty_value=NOTHING)
    def column(row: Model) -> str | None:
        return cut(_words_of(getattr(row, name))) or None

    return _named(column, name)


def _words_of(value: Any) -> str:
    """`{"shard_1": {"rows": 5}}` as "shard_1: rows 5"."""
    if not isinstance(value, dict):
        return str(value or "")
    return "; ".join(
        f"{key}: {_words_of(item).replace(';', ',')}" if isinstance(item, dict) else f"{key} {item}"
        for key, item in value.items()
    )


def whole(name: str, *, description: str = "") -> Column:
    """A large number in groups of three digits."""

    @display(description=description or _words(name))
    def column(row: Model) -> str:
        return f"{getattr(row, name):,}"

    return _named(column, name)


def named(name: str, description: "StrOrPromise") -> Column:
    """A plain column under another name than its field's: one that is translated."""

    @display(description=description)
    def column(row: Model) -> str:
        return display_for_value(getattr(row, name), NOTHING)

    return _named(column, name)


def content(name: str, *, description: str = "") -> Column:
    """All of a JSON value, on lines of its own."""

    @display(description=description or _words(name))
    def column(row: Model) -> SafeString | str:
        value = getattr(row, name)
        return NOTHING if value is None else prettify_json(value, None)

    return _named(column, name)


@display(description="account")
def account(row: Any) -> SafeString | str:
    """The account's key, as a link to its page; 0 is the platform itself."""
    return account_link(row.account_db_key) if row.account_db_key else NOTHING


def account_link(account_db_key: int, text: str = "") -> SafeString:
    return format_html(LINK, page_url(get_user_model(), "change", account_db_key), text or account_db_key)


def page_url(model: type[Model], page: str, *args: Any) -> str:
    """The address of a model's `changelist` or of one row's `change`."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def shortened(value: Decimal, places: int) -> str:
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    return f"{whole}.{fraction}" if fraction else whole


def cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _named(column: Column, name: str) -> Column:
    column.__name__ = name
    return column
