"""How long the rows of each table are kept: administrators change the days, the sweeps say what they removed."""

from django.contrib import admin
from django.http import HttpRequest

from shards.admin.model_admin import TableAdmin
from shards.models import Retention
from shards.retention import PERIODS


@admin.register(Retention)
class RetentionAdmin(TableAdmin):
    list_display = ["table", "keep_days", "why", "removed_rows", "last_removed", "last_swept_at"]
    fields = ["table", "why", "keep_days", "removed_rows", "last_removed", "last_swept_at"]
    readonly_fields = ["table", "why", "removed_rows", "last_removed", "last_swept_at"]

    @admin.display(description="why so long")
    def why(self, retention: Retention) -> str:
        period = PERIODS.get(retention.table)
        return period.why if period else ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Retention | None = None) -> bool:
        return False
