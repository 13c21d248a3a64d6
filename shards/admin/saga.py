"""Sagas of the chosen database: by state, and one saga's steps with what an administrator can do about them."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display
from unfold.utils import prettify_json

from config.refusals import Refusal
from shards.admin.columns import NOTHING, content, excerpt, page_url
from shards.admin.model_admin import ShardAdmin
from shards.models import SagaInstance, SagaStep
from shards.saga import services
from shards.saga.definitions import SAGA_TYPES
from shards.saga.selectors import state_of, step_name, timeline, waits_for
from shards.saga.services import Operator

STATES = {
    "waiting": "info", "started": "info", "compensating": "warning", "completed": "success",
    "compensated": "warning", "failed": "danger", "stuck": "danger", "definition unknown": "danger",
}  # fmt: skip
STEP_STATES = {
    "pending": "", "running": "info", "completed": "success", "failed": "danger", "compensating": "warning",
    "compensated": "warning", "skipped": "warning",
}  # fmt: skip
OPERATIONS = {
    "retry": "Try the current step now, and count its tries anew.",
    "skip": "Take the current step as done by hand, and go on.",
    "abort": "Undo what was done; after the pivot, or while it undoes: end it where it stands.",
}
OPERATE = "shards.change_sagainstance"


def _shown(step: SagaStep) -> dict[str, Any]:
    texts = {"input": step.request_data, "output": step.response_data}
    return {
        "row": step,
        "colour": STEP_STATES[step.status],
        "texts": {name: prettify_json(value, None) for name, value in texts.items() if value is not None},
    }


class StuckFilter(DropdownFilter):
    title = "stuck"
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Needs an operator")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(is_stuck=True) if self.value() == "1" else queryset


@admin.register(SagaInstance)
class SagaInstanceAdmin(ShardAdmin):
    list_display = [
        "saga_type",
        "state",
        "step",
        "initiator_id",
        "resource",
        "created_at",
        "waits",
        excerpt("error_message"),
    ]
    list_filter = [("status", ChoicesDropdownFilter), StuckFilter]
    ordering = ["-created_at"]
    search_fields = ["saga_id", "initiator_id"]
    search_help_text = "Saga id, or who began it (an account's key)"
    fieldsets = [
        (None, {"fields": [("saga_type", "definition_version"), "purpose", ("state", "waits"), "error_message"]}),
        ("Whose", {"fields": [("initiator_id", "resource"), ("saga_id", "idempotency_key")]}),
        ("Times", {"fields": [("created_at", "updated_at"), ("due_at", "completed_at")]}),
        ("Data", {"fields": [content("saga_data")]}),
    ]
    change_form_outer_before_template = "shards/admin/saga_timeline.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("steps")

    def get_urls(self) -> list[Any]:
        operate = self._on_chosen(self.admin_site.admin_view(require_POST(self.operate)))
        return [path("<uuid:saga_id>/operate/", operate, name="shards_sagainstance_operate"), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        saga = self.get_object(request, object_id) if object_id else None
        shown: dict[str, Any] = {}
        if saga is not None:
            _, steps, operations = timeline(saga.pk)
            may_operate = saga.status in SagaInstance.OPEN and request.user.has_perm(OPERATE)
            shown = {
                "steps": [_shown(step) for step in steps],
                "saga": saga,
                "operations": operations,
                "offered": OPERATIONS if may_operate else {},
            }
        return super().changeform_view(request, object_id, form_url, shown | (extra_context or {}))

    def operate(self, request: HttpRequest, saga_id: UUID) -> HttpResponse:
        """What the form on the saga's page asks for."""
        if not request.user.has_perm(OPERATE):
            raise PermissionDenied
        operation, reason = request.POST.get("operation", ""), request.POST.get("reason", "")
        act: Any = {"retry": services.saga_retry, "skip": services.saga_skip, "abort": services.saga_abort}.get(
            operation
        )
        if act is None:
            raise PermissionDenied
        try:
            act(saga_id, Operator(request.user.get_username(), reason))
            messages.success(request, f"Done: {operation}.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(page_url(SagaInstance, "change", saga_id))

    @display(description="state", label=STATES)
    def state(self, saga: SagaInstance) -> str:
        return state_of(saga)

    @display(description="step", empty_value=NOTHING)
    def step(self, saga: SagaInstance) -> str | None:
        return step_name(saga) or None

    @display(description="waits for", empty_value=NOTHING)
    def waits(self, saga: SagaInstance) -> str | None:
        return waits_for(saga) or None

    @display(description="what it does", empty_value=NOTHING)
    def purpose(self, saga: SagaInstance) -> SafeString | None:
        what = SAGA_TYPES.get(saga.saga_type)
        return format_html("{}", what) if what else None
