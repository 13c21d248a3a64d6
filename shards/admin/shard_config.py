"""Shards: where they are, how full they are, and whether they serve."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_value
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from config.databases import shard_alias
from shards.admin import database_health, picker
from shards.admin.columns import NOTHING, label, named
from shards.admin.database_health import health_link
from shards.admin.model_admin import TableAdmin
from shards.models import ShardConfig
from shards.services import shard_status_set

STATUSES = {"active": "success", "maintenance": "warning", "disabled": "danger"}

NAME, NUMBER, HOST, PORT, DATABASE, MOST, CREATED, UPDATED = (
    named(name, words)
    for name, words in {
        "shard_name": _("shard name"),
        "shard_id": _("shard id"),
        "host": _("host"),
        "port": _("port"),
        "database_name": _("database name"),
        "max_connections": _("max connections"),
        "created_at": _("created at"),
        "updated_at": _("updated at"),
    }.items()
)


@admin.register(ShardConfig)
class ShardConfigAdmin(TableAdmin):
    """Administrators change the status; every process obeys within seconds. Rows come and go with their databases."""

    list_display = [
        NAME, NUMBER, label("status", STATUSES, description=_("status")), "address", DATABASE, "accounts",
        "active_users", "charts", UPDATED,
    ]  # fmt: skip
    list_select_related = ["stats"]
    ordering = ["shard_id"]
    fieldsets = [
        (None, {"fields": [NUMBER, NAME, "status"]}),
        (_("Where it is"), {"fields": [HOST, PORT, DATABASE, MOST]}),
        (_("Accounts"), {"fields": ["accounts", "active_users", "stats_updated"]}),
        (_("How it fares"), {"fields": ["charts"]}),
        (_("Row"), {"fields": [CREATED, UPDATED]}),
    ]
    readonly_fields = [
        NUMBER, NAME, HOST, PORT, DATABASE, MOST, "accounts", "active_users", "stats_updated", "charts", CREATED,
        UPDATED,
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

    @display(description=_("health"))
    def charts(self, shard: ShardConfig) -> str:
        return health_link(shard_alias(shard.pk), gettext("charts"))

    def save_model(self, request: HttpRequest, obj: ShardConfig, form: Any, change: bool) -> None:
        """The one thing that may be changed here."""
        if not shard_status_set(shard_id=obj.shard_id, status=obj.status):
            messages.warning(request, gettext("No shard takes new accounts now: nobody can sign up."))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        words = [(value, gettext(value)) for value in ShardConfig.Status.values]
        return super().formfield_for_choice_field(
            db_field, request, **kwargs | {"label": _("status"), "choices": words}
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @display(description=_("address"))
    def address(self, shard: ShardConfig) -> str:
        return f"{shard.host}:{shard.port}"

    @display(description=_("accounts"))
    def accounts(self, shard: ShardConfig) -> int:
        return shard.stats.user_count if hasattr(shard, "stats") else 0

    @display(description=_("active users"))
    def active_users(self, shard: ShardConfig) -> int:
        return shard.stats.active_users if hasattr(shard, "stats") else 0

    @display(description=_("counted at"))
    def stats_updated(self, shard: ShardConfig) -> str:
        return display_for_value(shard.stats.last_updated if hasattr(shard, "stats") else None, NOTHING)
