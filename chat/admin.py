"""Rooms, and who read them; usage; what differs. A user's words are shown on one page only, which keeps a record."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from chat.live import history
from chat.live.parked import store_again
from chat.models import ChatDrift, ChatParked, ChatPersona, ChatRoom, ChatStatistics, ChatTokens, ChatTranscriptRead
from chat.transcripts import record_reading
from chat.usage import usage, waiting
from shards.admin.columns import LINK, account, content, excerpt, label, whole
from shards.admin.model_admin import ReadOnlyAdmin, ShardAdmin
from shards.scope import current_alias

COLOURS = ["#9333ea", "#0ea5e9", "#f59e0b", "#10b981", "#ef4444", "#64748b"]
# Chart.js: the bars of a day on each other, with an axis, and which colour is whose.
STACKED = json.dumps(
    {
        "maintainAspectRatio": False,
        "scales": {"x": {"stacked": True}, "y": {"stacked": True, "beginAtZero": True}},
        "plugins": {"legend": {"position": "bottom"}},
    }
)
SHOWN = 500  # messages of a transcript
AT_MOST = 500  # parked messages that are stored again at once


@admin.register(ChatRoom)
class ChatRoomAdmin(ShardAdmin):
    """Without titles: they are made of what users wrote."""

    list_display = [
        "room_id", account, "ai_persona", whole("message_count"), "state", "activity_at",
    ]  # fmt: skip
    ordering = ["-room_id"]
    account_ordering = ["-is_active", "-is_archived", "-activity_at", "-room_id"]
    search_fields = ["account_db_key", "room_id"]
    search_help_text = "Account key or room id"
    fieldsets = [
        (None, {"fields": [("room_id", account), ("ai_persona", "state"), "transcript"]}),
        ("Messages", {"fields": [("message_count", "last_message_at", "activity_at")]}),
        ("Kept for comparison", {"fields": [("last_sequence_no", "content_digest"), "path_sequence_no"]}),
        ("Times", {"fields": [("created_at", "updated_at")]}),
    ]

    @display(description="state", label={"open": "success", "archived": "info", "deleted": "danger"})
    def state(self, row: ChatRoom) -> str:
        return "deleted" if not row.is_active else "archived" if row.is_archived else "open"

    @display(description="transcript")
    def transcript(self, row: ChatRoom) -> SafeString:
        address = reverse("admin:chat_transcript", args=[row.room_id])
        return format_html(LINK, address, "Read it; that you did is recorded")

    def get_urls(self) -> list[Any]:
        transcript = self.admin_site.admin_view(self._on_chosen(self.transcript_view))
        figures = self.admin_site.admin_view(self.usage_view)
        return [
            path("transcript/<uuid:room_id>/", transcript, name="chat_transcript"),
            path("usage/", figures, name="chat_usage"),
            *super().get_urls(),
        ]

    def transcript_view(self, request: HttpRequest, room_id: UUID) -> HttpResponse:
        """The record is committed before a word is read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        room = ChatRoom.objects.filter(pk=room_id).first()
        if room is None:
            raise Http404
        record_reading(request, room, current_alias())
        rows = (
            history.messages(
                account_db_key=room.account_db_key, room_id=room_id, on_path=False, before=None, after=None, limit=SHOWN
            )
            if room.is_active
            else []
        )
        context = {
            **self.admin_site.each_context(request),
            "title": f"Transcript of room {room_id}",
            "room": room,
            "messages_shown": rows[::-1],
            "is_cut": len(rows) == SHOWN,
        }
        return TemplateResponse(request, "chat/admin/transcript.html", context)

    def usage_view(self, request: HttpRequest) -> HttpResponse:
        """All shards together, whatever the picker says."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = usage()
        labels = [day.strftime("%d %b") for day in found.days]
        context = {
            **self.admin_site.each_context(request),
            "title": "Chat usage",
            "missing": found.missing,
            "options": STACKED,
            "charts": [("Tokens", _chart(labels, found.tokens)), ("Replies", _chart(labels, found.replies))],
            "waiting": {"headers": ["What waits", ""], "rows": [[name, count] for name, count in waiting().items()]},
        }
        return TemplateResponse(request, "chat/admin/usage.html", context)


def _chart(labels: list[str], series: dict[str, list[int]]) -> str:
    """Chart.js data: one bar a persona."""
    datasets = [
        {"label": persona, "data": values, "backgroundColor": COLOURS[number % len(COLOURS)]}
        for number, (persona, values) in enumerate(series.items())
    ]
    return json.dumps({"labels": labels, "datasets": datasets})


@admin.register(ChatStatistics)
class ChatStatisticsAdmin(ShardAdmin):
    list_display = [
        "date", account, whole("total_messages"), whole("user_messages"), whole("ai_messages"), whole("active_rooms"),
        whole("total_tokens"), whole("reserved_tokens"),
    ]  # fmt: skip
    ordering = ["-date", "-account_db_key"]
    account_ordering = ["-date"]
    search_fields = ["account_db_key"]
    search_help_text = "Account key"
    fields = [
        (account, "date"), ("total_messages", "user_messages", "ai_messages", "active_rooms"),
        ("total_tokens", "reserved_tokens"), ("created_at", "updated_at"),
    ]  # fmt: skip


@admin.register(ChatTokens)
class ChatTokensAdmin(ShardAdmin):
    list_display = [
        "reply_id", account, "local_date", "ai_persona",
        label("state", {"reserved": "warning", "settled": "success", "released": "info"}),
        whole("reserved_tokens"), whole("prompt_tokens"), whole("completion_tokens"), "created_at",
    ]  # fmt: skip
    ordering = ["-reply_id"]
    account_ordering = ["-local_date", "-state"]
    search_fields = ["account_db_key", "reply_id"]
    search_help_text = "Account key or reply id"
    fields = [
        ("reply_id", account, "room_id"), ("local_date", "ai_persona", "persona_version"),
        ("state", "reserved_tokens", "prompt_tokens", "completion_tokens"), content("request"),
        ("created_at", "updated_at"),
    ]  # fmt: skip


@admin.register(ChatDrift)
class ChatDriftAdmin(ShardAdmin):
    """The doctor's report: what differed, and that it agrees again."""

    list_display = ["found_at", "room_id", account, "compared", excerpt("detail"), "repaired_at"]
    ordering = ["-idx"]
    search_fields = ["room_id"]
    search_help_text = "Room id"
    fields = [("room_id", account), ("compared", "found_at", "repaired_at"), content("detail")]


@admin.register(ChatParked)
class ChatParkedAdmin(ShardAdmin):
    """Without the words: whoever has to read them reads a transcript, which is recorded."""

    list_display = ["parked_at", account, "room_id", "message_id", "reason", whole("tries"), "updated_at"]
    ordering = ["-parked_at", "-message_id"]
    account_ordering = ["-parked_at"]
    search_fields = ["account_db_key", "message_id"]
    search_help_text = "Account key or message id"
    fields = [("message_id", account, "room_id"), ("reason", "tries"), ("parked_at", "updated_at")]
    actions = ["store_again"]  # type: ignore[assignment]  # there is one again

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("chat.change_chatparked"))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the one that deletes."""
        return {name: action for name, action in super().get_actions(request).items() if name == "store_again"}

    @admin.action(description="Store again", permissions=["operate"])
    def store_again(self, request: HttpRequest, queryset: QuerySet[ChatParked]) -> None:
        rows = list(queryset.order_by("parked_at", "message_id")[:AT_MOST])
        done = sum(store_again(row) for row in rows)
        level = messages.SUCCESS if done == len(rows) else messages.WARNING
        messages.add_message(request, level, f"{done} of {len(rows)} are stored now.")


@admin.register(ChatTranscriptRead)
class ChatTranscriptReadAdmin(ReadOnlyAdmin):
    list_display = ["read_at", "operator_db_key", account, "shard_id", "room_id", "client_address"]
    ordering = ["-idx"]
    search_fields = ["account_db_key", "operator_db_key"]
    search_help_text = "Key of the account whose words were read"


@admin.register(ChatPersona)
class ChatPersonaAdmin(ReadOnlyAdmin):
    """A change is a new version, made with Add: the latest version of a name answers; nobody where it is inactive."""

    list_display = ["ai_persona", "version", "display_name", "adapter", "model", "is_active", "created_at"]
    ordering = ["ai_persona", "-version"]
    fields = [
        ("ai_persona", "display_name"), ("adapter", "model", "is_active"), "system_prompt",
        ("temperature", "max_output_tokens"), "tools",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: ChatPersona, form: Any, change: bool) -> None:
        """Two operators at once: the unique key lets one have the number."""
        versions = ChatPersona.objects.filter(ai_persona=obj.ai_persona)
        obj.version = (versions.aggregate(latest=Max("version"))["latest"] or 0) + 1
        super().save_model(request, obj, form, change)
