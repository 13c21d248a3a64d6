from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

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
