"""A list as a CSV file: what its page shows, with the filters that are set, of the chosen database, up to `MOST` rows.

The columns are the page's, so that what the page masks is masked here. A cell that a spreadsheet would take for a
formula begins with an apostrophe (OWASP, CSV injection).
"""

import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from typing import Any

from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db.models import Model, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from shards.router import scope_of
from shards.scope import alias_for, on_alias

MOST = 10_000
AT_ONCE = 500
FORMULA = re.compile(r"[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?( ?%)?")


class _Echo:
    """What csv writes is what the generator gives on."""

    def write(self, line: str) -> str:
        return line


def response(model_admin: ModelAdmin, request: HttpRequest) -> StreamingHttpResponse:
    """The rows are chosen now and read as they are sent; what has gone by then is left out."""
    alias = alias_for(scope_of(model_admin.model), model_admin.model._meta.label)
    rows = model_admin.get_changelist_instance(request).queryset
    keys = list(rows.values_list("pk", flat=True)[:MOST])
    columns = list(model_admin.get_list_display(request))
    labels = [capfirst(str(label_for_field(column, model_admin.model, model_admin))) for column in columns]
    header = [gettext("Database"), *map(cell, labels)]  # now, in the operator's language
    content = _lines(model_admin, columns, header, rows, keys, alias)
    answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"{model_admin.opts.model_name}-{alias}-{timezone.now():%Y%m%d-%H%M%S}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(
    model_admin: ModelAdmin, columns: list[Any], header: list[str], rows: QuerySet, keys: list[Any], alias: str
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # With the mark without which Excel takes Korean for Latin.
    yield "\ufeff" + str(writer.writerow(header))
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        with on_alias(alias):
            lines = [[_value(model_admin, column, row) for column in columns] for row in rows.filter(pk__in=some)]
        for line in lines:
            yield str(writer.writerow([alias, *line]))


def _value(model_admin: ModelAdmin, column: Any, row: Model) -> str:
    _, _, value = lookup_field(column, row, model_admin)
    return cell(value)


def cell(value: Any) -> str:
    """The text of a value, harmless in a spreadsheet."""
    match value:
        case None:
            return ""
        case datetime() | date():
            return value.isoformat()
        case SafeString():
            text = " ".join(unescape(strip_tags(value)).split())
        case _:
            text = str(value)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text
