from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path
from unfold.contrib.filters.admin import RangeDateTimeFilter

from shards.admin import faults
from shards.admin.columns import content, excerpt
from shards.admin.model_admin import ShardAdmin
from shards.models import ErrorLog


@admin.register(ErrorLog)
class ErrorLogAdmin(ShardAdmin):
    list_display = ["create_time", "procedure_name", "error_no", excerpt("error_message"), "request_id"]
    list_filter = [("create_time", RangeDateTimeFilter)]
    ordering = ["-create_time", "-idx"]
    fields = [
        "create_time",
        "procedure_name",
        "error_state",
        "error_no",
        "error_message",
        content("param"),
        "request_id",
    ]

    def get_urls(self) -> list[Any]:
        grouped = self.admin_site.admin_view(self.faults)
        return [path("faults/", grouped, name="shards_errorlog_faults"), *super().get_urls()]

    def faults(self, request: HttpRequest) -> HttpResponse:
        """Of all databases, so not on the chosen one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return faults.page(request, self.admin_site.each_context(request))
