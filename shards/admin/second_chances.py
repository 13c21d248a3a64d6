"""Replay and skip what an operator has ticked in a list: first a page says what would be done, then it is done."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from shards.admin.model_admin import ShardAdmin
from shards.outbox.replay import Kind, paced, replay, skip

PER_SECOND = 100.0
AT_MOST = 500  # the command line has no such limit
WHAT = {
    "replay": "These events are tried again, each partition's first one first.",
    "skip": "The partitions that these events block go on without them. The events are kept and can be replayed later.",
}
HEADERS = ["Partition", "Number", "Event", "Type", "Blocks"]


class SecondChances(ShardAdmin):
    """`kind` says what its rows are; they have `blocks`, whether they hold up their partition."""

    kind: Kind
    actions = ["replay", "skip"]  # type: ignore[assignment]  # there are some again

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the one that deletes."""
        return {name: action for name, action in super().get_actions(request).items() if name in WHAT}

    @admin.action(description="Replay", permissions=["operate"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        return self._ask_or_do(request, queryset, "replay", replay)

    @admin.action(description="Skip: go on without it", permissions=["operate"])
    def skip(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        return self._ask_or_do(request, queryset, "skip", skip)

    def _ask_or_do(
        self, request: HttpRequest, queryset: QuerySet[Any], name: str, act: Callable[[Kind, Any], bool]
    ) -> TemplateResponse | None:
        rows = list(queryset.order_by("domain", "partition_key", "sequence_no")[:AT_MOST])
        if "confirmed" in request.POST:
            done = sum(act(self.kind, row) for row in paced(rows, PER_SECOND))
            messages.success(request, f"{done} of {len(rows)}: done.")
            return None
        cells = [
            [f"{row.domain} / {row.partition_key}", row.sequence_no, row.event_id, row.event_type,
             "yes" if row.blocks else "no"]
            for row in rows
        ]  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "title": name.capitalize(),
            "opts": self.opts,
            "what": WHAT[name],
            "counted": f"{len(rows)} to {name}",
            "events": {"headers": HEADERS, "rows": cells},
            "selected": [row.pk for row in rows],
            "action": name,
        }
        return TemplateResponse(request, "shards/admin/second_chance.html", context)
