"""The error logs of all databases on one page, a line for each fault."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html

from shards.admin.columns import LINK, NOTHING, cut, page_url
from shards.admin.picker import PARAMETER
from shards.faults import READ, Fault, faults
from shards.models import ErrorLog

HEADERS = ["Routine", "Error", "Message", "Times", "Accounts", "Databases", "First", "Last"]
PERIODS = {"1": "24 hours", "7": "7 days", "30": "30 days"}
NAMED = 3  # accounts that a line names


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    days = request.GET.get("days", "7")
    days = days if days in PERIODS else "7"
    found = faults(timezone.now() - timedelta(days=int(days)))
    table = {"headers": HEADERS, "rows": [_row(fault) for fault in found.faults]}
    told = {"title": "Faults", "table": table, "periods": PERIODS, "days": days, "read": READ}
    missing = {"silent": found.silent, "unread": found.unread}
    return TemplateResponse(request, "shards/admin/faults.html", context | told | missing)


def _row(fault: Fault) -> list[Any]:
    latest = f"{page_url(ErrorLog, 'change', fault.example)}?{PARAMETER}={fault.database}"
    return [
        fault.fingerprint.routine,
        fault.fingerprint.error_no,
        format_html(LINK, latest, cut(fault.fingerprint.message)),
        fault.count,
        _accounts(sorted(fault.accounts)),
        ", ".join(sorted(fault.databases)),
        *(localize(timezone.localtime(at)) for at in (fault.first, fault.last)),
    ]


def _accounts(keys: list[int]) -> str:
    named = ", ".join(map(str, keys[:NAMED]))
    return f"{len(keys)} ({named}{', …' if len(keys) > NAMED else ''})" if keys else NOTHING
