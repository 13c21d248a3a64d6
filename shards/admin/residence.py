from django.contrib import admin

from shards.admin.columns import account, label
from shards.admin.model_admin import ShardAdmin
from shards.models import AccountResidence

STATES = {"active": "success", "moving": "warning", "moved": "info"}


@admin.register(AccountResidence)
class AccountResidenceAdmin(ShardAdmin):
    """Which accounts may be written here."""

    list_display = ["account_db_key", account, label("state", STATES), "epoch", "created_at"]
    ordering = ["account_db_key"]
    search_fields = ["account_db_key"]
    search_help_text = "Account key"
    fields = ["account_db_key", account, "state", "epoch", "created_at"]
