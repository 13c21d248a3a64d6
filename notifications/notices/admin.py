"""Notices: written, previewed with a count, sent, watched, and undone until they start."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from unfold.decorators import display

from notifications.exceptions import NoticeStarted
from notifications.models import Notice
from notifications.notices import services
from notifications.notices.forms import NoticeForm
from shards.admin.columns import account, account_link, label, page_url, whole
from shards.admin.model_admin import TableAdmin

STATES = {"scheduled": "warning", "undone": "info", "running": "info", "done": "success"}


@admin.register(Notice)
class NoticeAdmin(TableAdmin):
    """Operators see them; administrators write and undo them."""

    actions = None
    list_display = ["title_en", "type_id", label("state", STATES), "to", whole("counted"), "start_at", "operator"]
    ordering = ["-notice_id"]
    search_fields = ["notice_id"]
    search_help_text = "Notice id"
    change_form_template = "notifications/admin/notice.html"
    fieldsets = [
        (None, {"fields": [("title_en", "title_ko"), ("message_en", "message_ko"), ("type_id", "state")]}),
        ("To", {"fields": [(account, "language", "symbol"), whole("counted", description="counted before sending")]}),
        ("When", {"fields": [("start_at", "created_at"), "operator"]}),
    ]

    def get_urls(self) -> list[Any]:
        undo = self.admin_site.admin_view(require_POST(self.undo_view))
        return [path("<uuid:notice_id>/undo/", undo, name="notice_undo"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form; then the preview with a count; then, confirmed, it is scheduled."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NoticeForm(request.POST or None)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "Send a notice", "form": form}
        if request.method == "POST" and form.is_valid() and "change" not in request.POST:
            counts = services.notice_count(segment=form.segment, type_id=form.cleaned_data["type_id"])
            total = sum(count for count in counts.values() if isinstance(count, int))
            if "confirm" in request.POST:
                notice_id = services.notice_schedule(
                    type_id=form.cleaned_data["type_id"],
                    words=form.words,
                    segment=form.segment,
                    counted=total,
                    wait=form.wait,
                    created_by=int(request.user.pk or 0),
                )
                messages.success(request, f"Scheduled for {total:,} accounts; it can be undone until it starts.")
                return HttpResponseRedirect(page_url(Notice, "change", notice_id))
            context |= {
                "counts": {"headers": ["Shard", "Accounts"], "rows": [[f"Shard {s}", c] for s, c in counts.items()]},
                "total": total,
                "texts": services.rendered(form.cleaned_data["type_id"], form.words),
            }
        return TemplateResponse(request, "notifications/admin/send_notice.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        notice = self.get_object(request, object_id)
        context: dict[str, Any] = {"show_history": False}
        if isinstance(notice, Notice):
            rows = [
                [f"Shard {shard_id}", *([found, ""] if isinstance(found, str) else [f"{found[0]:,}", _done(found[1])])]
                for shard_id, found in services.notice_progress(notice.notice_id).items()
            ]
            context["progress"] = {"headers": ["Shard", "Notifications made", ""], "rows": rows}
            if notice.state == Notice.State.SCHEDULED and self.has_add_permission(request):
                context["undo_url"] = reverse("admin:notice_undo", args=[notice.notice_id])
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def undo_view(self, request: HttpRequest, notice_id: Any) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            services.notice_undo(notice_id=notice_id)
            messages.success(request, "Undone. Nobody got it.")
        except NoticeStarted as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(page_url(Notice, "change", notice_id))

    @display(description="to")
    def to(self, notice: Notice) -> Any:
        if notice.account_db_key:
            return account_link(notice.account_db_key)
        parts = [notice.language and f"reads {notice.language}", notice.symbol and f"watches {notice.symbol}"]
        return ", ".join(filter(None, parts)) or "everybody"

    @display(description="sent by")
    def operator(self, notice: Notice) -> Any:
        return account_link(notice.created_by)


def _done(is_finished: bool) -> str:
    return "through" if is_finished else ""
