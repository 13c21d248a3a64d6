"""What accounts did in tutorials, and the funnel of each tutorial as a chart."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from shards.admin.columns import NOTHING, account, label
from shards.admin.model_admin import ShardAdmin
from tutorial.definitions import TUTORIALS
from tutorial.funnel import FunnelStep, funnel
from tutorial.models import TutorialStep

HEADERS = ["Step", "", "Accounts", "Of the first", "Half of them within", "Nine of ten within"]
UNITS = [("d", 86400), ("h", 3600), ("min", 60), ("s", 1)]


@admin.register(TutorialStep)
class TutorialStepAdmin(ShardAdmin):
    list_display = [
        "step_id", account, "tutorial_type", label("completed_by", {"user": "info", "event": "success"}),
        "completed_at",
    ]  # fmt: skip
    ordering = ["-idx"]
    account_ordering = ["-tutorial_type", "-step_id"]
    search_fields = ["account_db_key"]
    search_help_text = "Account key"
    fields = [account, ("tutorial_type", "step_id"), ("completed_by", "completed_at"), "seconds_since_signup"]

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.funnel_view)
        return [path("funnel/", page, name="tutorial_funnel"), *super().get_urls()]

    def funnel_view(self, request: HttpRequest) -> HttpResponse:
        """All shards together, whatever the picker says."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = funnel()
        context = {
            **self.admin_site.each_context(request),
            "title": "Tutorial funnels",
            "missing": found.missing,
            "tutorials": [_shown(tutorial_type, steps) for tutorial_type, steps in found.steps.items()],
        }
        return TemplateResponse(request, "tutorial/admin/funnel.html", context)


def _shown(tutorial_type: str, steps: list[FunnelStep]) -> dict[str, Any]:
    """What the template needs of one tutorial: Chart.js data and a table."""
    titles = [step.title["en"] for step in TUTORIALS[tutorial_type].steps]
    first = steps[0].accounts
    rows = [
        [
            f"{step.step_number}. {title}",
            step.step_id,
            f"{step.accounts:,}",
            f"{100 * step.accounts / first:.0f} %" if first else NOTHING,
            duration(step.median_seconds),
            duration(step.slowest_tenth_seconds),
        ]
        for step, title in zip(steps, titles, strict=True)
    ]
    accounts = {
        "label": "Accounts", "data": [step.accounts for step in steps],
        "backgroundColor": "#9333ea", "barThickness": 48,
    }  # fmt: skip
    return {
        "title": f"{tutorial_type}, version {TUTORIALS[tutorial_type].version}",
        "chart": json.dumps({"labels": titles, "datasets": [accounts]}),
        "table": {"headers": HEADERS, "rows": rows},
    }


def duration(seconds: int | None) -> str:
    """In the largest unit of which it has at least two: 150 s is 2 min."""
    if seconds is None:
        return NOTHING
    unit, length = next((u for u in UNITS if seconds >= 2 * u[1]), UNITS[-1])
    return f"{seconds // length} {unit}"
