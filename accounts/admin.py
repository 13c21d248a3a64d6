"""Accounts in the operators' console: found by any of their names, each with the way to its shard."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.views.decorators.http import require_POST
from unfold.admin import StackedInline
from unfold.dataclasses import SearchResult
from unfold.decorators import display

from accounts import (
    account_page,
    news,  # noqa: F401  # tells the start page
    operating,
)
from accounts.models import Account, Plan, Profile, UserSession
from accounts.portfolio import admin as portfolio_admin  # noqa: F401  # registers its pages
from accounts.selectors import accounts_found
from config.databases import shard_alias
from config.refusals import Refusal
from shards.admin import picker
from shards.admin.columns import LINK, NOTHING, account_link, decimal, label, page_url
from shards.admin.model_admin import ReadOnlyAdmin, TableAdmin
from shards.models import ShardConfig
from shards.router import scope_of
from shards.scope import Scope

OPERATE = "accounts.change_account"
REASON = 200  # characters
PRICES = "Who has the plan already goes on paying what was agreed then."
LIMITS = "Count for everybody within about a minute."
STATUSES = {"Normal": "success", "Blocked": "danger", "Suspended": "warning", "Withdrawn": "info"}


class ProfileInline(StackedInline):
    model = Profile
    readonly_fields = [
        "profile_completed", "investment_experience", "risk_tolerance", "investment_goal", decimal("monthly_budget"),
        "country", "timezone", "updated_at",
    ]  # fmt: skip
    fields = [tuple(readonly_fields[:4]), tuple(readonly_fields[4:])]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Opening an account turns the shard picker to its shard."""

    list_display = [
        "account_db_key", "account_id", "nickname", "email", "platform_type", label("account_status", STATUSES),
        "account_level", "shard", "create_time",
    ]  # fmt: skip
    list_display_links = ["account_db_key", "account_id"]
    list_select_related = ["mapping__shard"]
    ordering = ["-account_db_key"]
    search_fields = ["account_db_key"]  # see get_search_results
    search_help_text = "Key, id, e-mail or nickname"
    inlines = [ProfileInline]
    change_form_outer_before_template = "accounts/admin/account_top.html"
    change_form_outer_after_template = "accounts/admin/account_page.html"
    fieldsets = [
        (None, {"fields": [("account_db_key", "platform_type"), ("account_id", "nickname"), "email"]}),
        ("Standing", {"fields": [("account_status", "account_level"), "block_endtime"]}),
        ("On its shard", {"fields": ["shard_link", "links"]}),
        ("Log-ins", {"fields": [("login_count", "last_login", "logout_time"), "create_time", "sessions"]}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A search that finds one account lands on its page."""
        term = request.GET.get(SEARCH_VAR, "")
        if term and self.has_view_permission(request) and len(keys := accounts_found(term)) == 1:
            return HttpResponseRedirect(page_url(Account, "change", *keys))
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Account], search_term: str
    ) -> tuple[QuerySet[Account], bool]:
        return queryset.filter(pk__in=accounts_found(search_term)) if search_term.strip() else queryset, False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Account | None:
        account = super().get_object(request, object_id, from_field)
        if account is not None and hasattr(account, "mapping"):
            picker.choose(request, shard_alias(account.mapping.shard_id))
        return account

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.operate))
        return [path("<int:account_db_key>/operate/", view, name="accounts_account_operate"), *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        account = self.get_object(request, object_id) if object_id else None
        shown: dict[str, Any] = {}
        if account is not None and self.has_view_permission(request):
            may_operate = request.user.has_perm(OPERATE)
            shown = {
                "account": account,
                "summary": account_page.summary(account),
                "parts": account_page.tables(account),
                "operations": operating.OPERATIONS if may_operate else {},
            }
        return super().changeform_view(request, object_id, form_url, shown | (extra_context or {}))

    def operate(self, request: HttpRequest, account_db_key: int) -> HttpResponse:
        """What the form on the account's page asks for."""
        name = request.POST.get("operation", "")
        if not request.user.has_perm(OPERATE) or name not in operating.OPERATIONS:
            raise PermissionDenied
        try:
            operating.operate(name, _asked(request, account_db_key))
            messages.success(request, f"Done: {operating.OPERATIONS[name].title}.")
        except (Refusal, ValueError) as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(page_url(Account, "change", account_db_key))

    @display(description="shard", empty_value=NOTHING)
    def shard(self, account: Account) -> int | None:
        return account.mapping.shard_id if hasattr(account, "mapping") else None

    @display(description="shard", empty_value=NOTHING)
    def shard_link(self, account: Account) -> SafeString | None:
        if not hasattr(account, "mapping"):
            return None
        shard = account.mapping.shard
        return format_html(LINK, page_url(ShardConfig, "change", shard.pk), shard)

    @display(description="its rows", empty_value=NOTHING)
    def links(self, account: Account) -> SafeString | None:
        """To the list of each shard model that can be searched for an account, of whichever app."""
        if not hasattr(account, "mapping"):
            return None
        query = f"{picker.PARAMETER}={shard_alias(account.mapping.shard_id)}&{SEARCH_VAR}={account.pk}"
        pages = [
            (f"{page_url(model, 'changelist')}?{query}", capfirst(model._meta.verbose_name_plural))
            for model, model_admin in self.admin_site._registry.items()
            if scope_of(model) is Scope.SHARD and "account_db_key" in model_admin.search_fields
        ]
        return format_html_join(SafeString(" · "), LINK, pages)

    @display(description="sessions")
    def sessions(self, account: Account) -> SafeString:
        url = f"{page_url(UserSession, 'changelist')}?{SEARCH_VAR}={account.pk}"
        return format_html(LINK, url, "Sessions of this account")


def _asked(request: HttpRequest, account_db_key: int) -> operating.Request:
    """Raises ValueError for what is no time, and for the operator's own account."""
    if request.user.pk == account_db_key:
        raise ValueError("This is your own account: ask another administrator.")
    until = request.POST.get("until", "").strip()
    try:
        at = datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None
    except ValueError as error:
        raise ValueError(f"{until!r} is not a time.") from error
    return operating.Request(account_db_key, request.user.pk or 0, request.POST.get("reason", "")[:REASON], at)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """One log-in each; newest first, because the ids grow with time."""

    list_display = ["created_at", "owner", "address", "last_seen", "expires_at", "ended_at"]
    list_select_related = ["account"]
    ordering = ["-session_id"]
    search_fields = ["account", "session_id"]
    search_help_text = "Account key or session id"
    fields = ["session_id", "owner", "address", "created_at", "last_seen", "expires_at", "ended_at"]

    @display(description="account")
    def owner(self, session: UserSession) -> SafeString:
        return account_link(session.account_id, str(session.account))


@admin.register(Plan)
class PlanAdmin(TableAdmin):
    """Prices hold for changes of plan from now on, limits for everybody within about a minute."""

    list_display = [
        "plan_name", "payment_plan", decimal("monthly_price"), decimal("yearly_price"), "currency", "alarms",
        "chat_tokens_per_day",
    ]  # fmt: skip
    ordering = ["monthly_price"]
    fieldsets = [
        (None, {"fields": ["payment_plan", "plan_name"]}),
        (
            "Price",
            {
                "fields": [("monthly_price", "yearly_price"), "currency"],
                "description": PRICES,
            },
        ),
        (
            "Allows",
            {"fields": [("alarms", "chat_tokens_per_day")], "description": LIMITS},
        ),
    ]
    readonly_fields = ["payment_plan", "currency"]
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """The free plan costs nothing: its rows are written without asking."""
        prices = ["monthly_price", "yearly_price"] if isinstance(obj, Plan) and obj.pk == Plan.Name.FREE else []
        return [*self.readonly_fields, *prices]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def command_results(request: HttpRequest, term: str) -> list[SearchResult]:
    """UNFOLD's search_callback: what Ctrl+K finds beside pages."""
    if not request.user.has_perm("accounts.view_account"):
        return []
    return [
        SearchResult(
            title=str(account),
            description=f"{account.nickname}, {account.email}",
            link=page_url(Account, "change", account.pk),
            icon="person",
        )
        for account in Account.objects.filter(pk__in=accounts_found(term))
    ]
