"""Cash accounts, positions, the ledger and orders of the chosen shard: written by machines, read here."""

import json
from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.models import UserAccount, UserLedger, UserOrder, UserPortfolio
from accounts.portfolio.overview import value_series
from accounts.portfolio.services import SAGA
from shards.admin.columns import LINK, NOTHING, account, decimal, label, page_url, shortened
from shards.admin.model_admin import ShardAdmin
from shards.models import SagaInstance

STATUSES = {"active": "success", "suspended": "warning", "closed": "info"}
SIDES = {"BUY": "success", "SELL": "danger"}
ENTRIES = {"OPENING": "info", "BUY": "success", "SELL": "danger", "SPLIT": "warning"}
STATES = {
    "accepted": "info", "reserved": "info", "placed": "info", "partially_filled": "warning", "filled": "success",
    "cancelled": "warning", "rejected": "danger", "expired": "warning",
}  # fmt: skip
SESSIONS_SHOWN = 500


@admin.register(UserAccount)
class UserAccountAdmin(ShardAdmin):
    list_display = [
        "account_number", account, label("account_status", STATUSES, description="status"), decimal("balance"),
        decimal("reserved"), "currency_code", "broker", "entry_no", "updated_at",
    ]  # fmt: skip
    ordering = ["-account_db_key"]
    search_fields = ["account_db_key", "account_number"]
    search_help_text = "Account key or number"
    fieldsets = [
        (None, {"fields": [("account_number", account), ("account_type", label("account_status", STATUSES))]}),
        ("Cash", {"fields": [(decimal("balance"), decimal("reserved"), "currency_code"), "entry_no"]}),
        ("Value at the end of each session", {"fields": ["value"]}),
        ("Broker", {"fields": [("broker", "masked_account")]}),
        ("Row", {"fields": [("created_at", "updated_at")]}),
    ]

    @display(description="its number there", empty_value=NOTHING)
    def masked_account(self, row: UserAccount) -> str | None:
        return f"••••{row.broker_account[-5:]}" if row.broker_account else None

    @display(description="value", empty_value=NOTHING)
    def value(self, row: UserAccount) -> SafeString | None:
        series = value_series(account_db_key=row.account_db_key)
        if series is None:
            return None
        shown = {
            "labels": [str(session) for session in series.sessions[-SESSIONS_SHOWN:]],
            "datasets": [
                {
                    "label": row.currency_code,
                    "data": [round(value, 2) for value in series.values[-SESSIONS_SHOWN:].tolist()],
                    "borderColor": "var(--color-primary-600)",
                    "displayYAxis": True,
                }
            ],
        }
        drawn = render_to_string("unfold/components/chart/line.html", {"data": json.dumps(shown), "height": 220})
        return SafeString(drawn)


@admin.register(UserPortfolio)
class UserPortfolioAdmin(ShardAdmin):
    list_display = [
        "asset_code", account, decimal("quantity", places=0), decimal("reserved_quantity", places=0),
        decimal("average_cost"), decimal("book_cost"), decimal("current_value"), "currency_code", "last_updated",
    ]  # fmt: skip
    ordering = ["-portfolio_id"]
    account_ordering = ["asset_code"]
    search_fields = ["account_db_key"]
    search_help_text = "Account key"
    fields = [
        ("asset_code", "asset_type", account),
        (decimal("quantity", places=0), decimal("reserved_quantity", places=0)),
        (decimal("average_cost"), decimal("book_cost"), decimal("current_value"), "currency_code"),
        "last_updated",
    ]


@admin.register(UserLedger)
class UserLedgerAdmin(ShardAdmin):
    """Of one account by number, of all in the order in which they were written."""

    list_display = [
        "entry_no", label("entry_type", ENTRIES, description="what"), account, "session", "asset_code",
        decimal("quantity_change", places=0), decimal("price"), decimal("cash_change"), decimal("cash_after"),
        decimal("realized_profit"), "created_at",
    ]  # fmt: skip
    list_display_links = ["entry_no", "asset_code"]
    ordering = ["-idx"]
    account_ordering = ["-entry_no"]
    search_fields = ["account_db_key"]
    search_help_text = "Account key"
    fieldsets = [
        (None, {"fields": [("entry_no", label("entry_type", ENTRIES), account), ("session", "created_at")]}),
        ("Cash", {"fields": [(decimal("cash_change"), decimal("cash_after"), "currency_code")]}),
        (
            "Asset",
            {
                "fields": [
                    ("asset_code", decimal("price"), decimal("commission"), decimal("realized_profit")),
                    (decimal("quantity_change", places=0), decimal("quantity_after", places=0)),
                    (decimal("cost_change"), decimal("cost_after")),
                ]
            },
        ),
        ("Fill", {"fields": ["order", "broker_fill_id"]}),
    ]

    @display(description="order", empty_value=NOTHING)
    def order(self, entry: UserLedger) -> SafeString | None:
        if entry.order_id is None:
            return None
        return format_html(LINK, page_url(UserOrder, "change", entry.order_id), entry.order_id)


@admin.register(UserOrder)
class UserOrderAdmin(ShardAdmin):
    """Newest first, because the ids grow with time."""

    list_display = [
        "asset_code", label("side", SIDES), account, "order_type", decimal("quantity", places=0),
        decimal("filled_quantity", places=0, description="filled"), decimal("price_cap"),
        label("state", STATES), "reason", "created_at",
    ]  # fmt: skip
    list_filter = [("state", ChoicesDropdownFilter)]
    ordering = ["-order_id"]
    search_fields = ["account_db_key", "order_id"]
    search_help_text = "Account key or order id"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("asset_code", label("side", SIDES), account),
                    ("order_type", "time_in_force", "order_source"),
                    (decimal("quantity", places=0), decimal("limit_price"), decimal("price_cap")),
                ]
            },
        ),
        ("State", {"fields": [(label("state", STATES), "saga"), "reason", ("cancel_requested_at", "ended_at")]}),
        (
            "Filled",
            {
                "fields": [
                    (decimal("filled_quantity", places=0), decimal("filled_amount"), decimal("commission")),
                    "fills",
                ]
            },
        ),
        ("Reserved", {"fields": [(decimal("reserved_cash"), decimal("reserved_quantity", places=0))]}),
        ("Broker", {"fields": [("broker", "broker_order_id", "broker_asked_at"), "since_session"]}),
        ("Row", {"fields": ["order_id", "client_order_id", ("created_at", "updated_at")]}),
    ]

    @display(description="saga", empty_value=NOTHING)
    def saga(self, order: UserOrder) -> SafeString | None:
        found = SagaInstance.objects.filter(saga_type=SAGA, idempotency_key=str(order.order_id)).first()
        return format_html(LINK, page_url(SagaInstance, "change", found.pk), found.status) if found else None

    @display(description="fills", empty_value=NOTHING)
    def fills(self, order: UserOrder) -> SafeString | None:
        entries: Any = UserLedger.objects.filter(order_id=order.order_id).order_by("entry_no")
        lines = [
            (
                page_url(UserLedger, "change", entry.pk),
                f"{shortened(abs(entry.quantity_change), 0)} at {shortened(entry.price, 2)}",
            )
            for entry in entries
        ]
        return format_html_join(SafeString("<br>"), LINK, lines) or None
