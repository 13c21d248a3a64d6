"""The outbox of the chosen database: what waits to be sent, and the log of what was."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from shards.admin import outbox_health
from shards.admin.columns import NOTHING, content, excerpt, label
from shards.admin.model_admin import ShardAdmin
from shards.admin.second_chances import SecondChances
from shards.models import OutboxConsumer, OutboxEvent, OutboxParked, OutboxPartition, UniversalOutbox
from shards.outbox.replay import Kind

WISHES = {"replay": "info", "skip": "warning"}
STATUSES = {"pending": "info", "failed": "warning", "dead_letter": "danger"}
EVENT = [
    ("event_type", "schema_version"),
    ("domain", "partition_key", "sequence_no"),
    ("event_id", "aggregate_id"),
]


@display(description="event")
def event(row: UniversalOutbox | OutboxEvent | OutboxParked) -> str:
    return row.event_type


@display(description="partition")
def partition(row: UniversalOutbox | OutboxEvent | OutboxParked) -> str:
    return f"{row.domain} / {row.partition_key}"


@display(description="blocks its partition", boolean=True)
def blocks(row: Any) -> bool:
    return bool(row.blocks)


def _blocking(model: Any, **more: Any) -> Exists:
    """Whether a row of `model` says that its partition waits for this event."""
    there = {"domain": OuterRef("domain"), "partition_key": OuterRef("partition_key")}
    return Exists(model.objects.filter(**there, blocked_by=OuterRef("sequence_no"), **more))


@admin.register(UniversalOutbox)
class UniversalOutboxAdmin(SecondChances):
    """In the order in which each partition will be sent. Dead letters can be replayed or skipped."""

    kind = Kind.DEAD

    list_display = [
        event, partition, "sequence_no", label("status", STATUSES), "tries", excerpt("error_message"), blocks,
        "created_at",
    ]  # fmt: skip
    list_filter = [("status", ChoicesDropdownFilter)]  # the hot queue is small
    ordering = ["domain", "partition_key", "sequence_no"]
    search_fields = ["event_id"]
    search_help_text = "Event id"
    fieldsets = [
        (None, {"fields": [*EVENT, "created_at"]}),
        ("Delivery", {"fields": ["status", "tries", "error_message", "partition_state"]}),
        ("Content", {"fields": [content("event_data")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[UniversalOutbox]:
        return super().get_queryset(request).annotate(blocks=_blocking(OutboxPartition))

    def get_urls(self) -> list[Any]:
        health = self.admin_site.admin_view(self.health)
        return [path("health/", health, name="shards_universaloutbox_health"), *super().get_urls()]

    def health(self, request: HttpRequest) -> HttpResponse:
        """Of all databases, so not on the chosen one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return outbox_health.page(request, self.admin_site.each_context(request))

    @display(description="tries")
    def tries(self, row: UniversalOutbox) -> str:
        return f"{row.retry_count} of {row.max_retries}"

    @display(description="its partition", empty_value="not claimed yet")
    def partition_state(self, row: UniversalOutbox) -> str | None:
        state = OutboxPartition.objects.filter(domain=row.domain, partition_key=row.partition_key).first()
        if state is None:
            return None
        return format_html(
            "{} tries since the last success · next try {} · lease until {}",
            state.attempts,
            state.next_attempt_at or "at once",
            state.lease_until or NOTHING,
        )


@admin.register(OutboxEvent)
class OutboxEventAdmin(ShardAdmin):
    list_display = [event, partition, "sequence_no", "aggregate_id", "created_at", "published_at"]
    list_filter = [("published_at", RangeDateTimeFilter)]
    ordering = ["-published_at", "-event_id"]
    search_fields = ["event_id"]
    search_help_text = "Event id"
    fieldsets = [
        (None, {"fields": [*EVENT, "created_at", "published_at"]}),
        ("Content", {"fields": [content("event_data")]}),
    ]


@admin.register(OutboxParked)
class OutboxParkedAdmin(SecondChances):
    """Events whose handler failed too often; their consumers do what is wished within a second."""

    kind = Kind.PARKED
    list_display = [
        event, partition, "sequence_no", "consumer", "tries", excerpt("reason"), blocks, label("wish", WISHES),
        "parked_at",
    ]  # fmt: skip
    ordering = ["parked_no"]
    search_fields = ["event_id"]
    search_help_text = "Event id"
    fieldsets = [
        (None, {"fields": [*EVENT, "created_at"]}),
        ("Handling", {"fields": ["consumer", "tries", "reason", "parked_at", ("wish", "wished_at")]}),
        ("Content", {"fields": [content("event_data")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxParked]:
        return super().get_queryset(request).annotate(blocks=_blocking(OutboxConsumer, consumer=OuterRef("consumer")))
