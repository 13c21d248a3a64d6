"""The outbox of the chosen database: what waits to be sent, and the log of what was."""

from django.contrib import admin
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from shards.admin.columns import NOTHING, content, excerpt, label
from shards.admin.model_admin import ShardAdmin
from shards.models import OutboxEvent, OutboxPartition, UniversalOutbox

STATUSES = {"pending": "info", "failed": "warning", "dead_letter": "danger"}
EVENT = [
    ("event_type", "schema_version"),
    ("domain", "partition_key", "sequence_no"),
    ("event_id", "aggregate_id"),
]


@display(description="event")
def event(row: UniversalOutbox | OutboxEvent) -> str:
    return row.event_type


@display(description="partition")
def partition(row: UniversalOutbox | OutboxEvent) -> str:
    return f"{row.domain} / {row.partition_key}"


@admin.register(UniversalOutbox)
class UniversalOutboxAdmin(ShardAdmin):
    """In the order in which each partition will be sent."""

    list_display = [
        event, partition, "sequence_no", label("status", STATUSES), "tries", excerpt("error_message"), "created_at",
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
