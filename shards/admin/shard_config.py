"""Shards: where they are, how full they are, and whether they serve."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from unfold.decorators import display

from config.databases import shard_alias
from shards.admin import database_health, picker
from shards.admin.columns import NOTHING, label
from shards.admin.database_health import health_link
from shards.admin.model_admin import TableAdmin
from shards.models import ShardConfig
from shards.services import shard_status_set

STATUSES = {"active": "success", "maintenance": "warning", "disabled": "danger"}


@admin.register(ShardConfig)
class ShardConfigAdmin(TableAdmin):
    """Administrators change the status; every process obeys within seconds. Rows come and go with their databases."""

    list_display = [
        "shard_name", "shard_id", label("status", STATUSES), "address", "database_name", "accounts", "active_users",
        "charts", "updated_at",
    ]  # fmt: skip
    list_select_related = ["stats"]
    ordering = ["shard_id"]
    fieldsets = [
        (None, {"fields": ["shard_id", "shard_name", "status"]}),
        ("Where it is", {"fields": ["host", "port", "database_name", "max_connections"]}),
        ("Accounts", {"fields": ["accounts", "active_users", "stats_updated"]}),
        ("Row", {"fields": ["created_at", "updated_at"]}),
    ]
    readonly_fields = [
        "shard_id", "shard_name", "host", "port", "database_name", "max_connections", "accounts", "active_users",
        "stats_updated", "created_at", "updated_at",
    ]  # fmt: skip
    actions = None

    def get_urls(self) -> list[Any]:
        pick = path("pick/", self.admin_site.admin_view(picker.pick), name="shards_pick")
        health = path("health/<str:alias>/", self.admin_site.admin_view(self.health), name="shards_shardconfig_health")
        return [pick, health, *super().get_urls()]

    def health(self, request: HttpRequest, alias: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return database_health.page(request, alias, self.admin_site.each_context(request))

    @display(description="health")
    def charts(self, shard: ShardConfig) -> str:
        return health_link(shard_alias(shard.pk), "charts")

    def save_model(self, request: HttpRequest, obj: ShardConfig, form: Any, change: bool) -> None:
        """The one thing that may be changed here."""
        if not shard_status_set(shard_id=obj.shard_id, status=obj.status):
            messages.warning(request, "No shard takes new accounts now: nobody can sign up.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @display(description="address")
    def address(self, shard: ShardConfig) -> str:
        return f"{shard.host}:{shard.port}"

    @display(description="accounts")
    def accounts(self, shard: ShardConfig) -> int:
        return shard.stats.user_count if hasattr(shard, "stats") else 0

    @display(description="active users")
    def active_users(self, shard: ShardConfig) -> int:
        return shard.stats.active_users if hasattr(shard, "stats") else 0

    @display(description="counted at", empty_value=NOTHING)
    def stats_updated(self, shard: ShardConfig) -> Any:
        return shard.stats.last_updated if hasattr(shard, "stats") else None
