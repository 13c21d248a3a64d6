"""The admin's sidebar as one table; the pages are named by their addresses, so nothing of the apps is imported."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext


class Page(NamedTuple):
    title: str
    icon: str  # of Material Symbols
    url: str


GROUPS = {
    "": [
        Page("Overview", "monitoring", "index"),
        Page("Faults", "bug_report", "shards_errorlog_faults"),
        Page("Accounts", "group", "accounts_account_changelist"),
        Page("Shards", "database", "shards_shardconfig_changelist"),
        Page("Jobs", "task_alt", "shards_job_changelist"),
        Page("Retention", "auto_delete", "shards_retention_changelist"),
    ],
    "On the chosen shard": [
        Page("Alarms", "notifications_active", "signals_signalalarm_changelist"),
        Page("Signals of users", "history", "signals_signalhistory_changelist"),
        Page("Score cards", "scoreboard", "signals_scorecards"),
        Page("Replaced judgements", "published_with_changes", "signals_signalrevision_changelist"),
        Page("Kalman steps", "ssid_chart", "signals_kalmanhistory_changelist"),
        Page("Price alarms", "price_check", "notifications_pricealarm_changelist"),
        Page("Notifications", "inbox", "notifications_inappnotification_changelist"),
        Page("Deliveries", "outgoing_mail", "notifications_notificationdelivery_changelist"),
        Page("Delivery decisions", "rule", "notifications_notificationtrace_changelist"),
        Page("Notification settings", "tune", "notifications_notificationsettings_changelist"),
        Page("Tutorial steps", "school", "tutorial_tutorialstep_changelist"),
        Page("Fan-out progress", "mediation", "signals_signalfanout_changelist"),
        Page("Chat rooms", "forum", "chat_chatroom_changelist"),
        Page("Chat statistics", "bar_chart", "chat_chatstatistics_changelist"),
        Page("Chat tokens", "toll", "chat_chattokens_changelist"),
        Page("Chat messages, parked", "local_parking", "chat_chatparked_changelist"),
        Page("Chat drift", "difference", "chat_chatdrift_changelist"),
        Page("Residence", "home_pin", "shards_accountresidence_changelist"),
    ],
    "Portfolios, on the chosen shard": [
        Page("Cash accounts", "account_balance_wallet", "accounts_useraccount_changelist"),
        Page("Positions", "pie_chart", "accounts_userportfolio_changelist"),
        Page("Orders", "swap_vert", "accounts_userorder_changelist"),
        Page("Ledger", "menu_book", "accounts_userledger_changelist"),
    ],
    "On any database": [
        Page("Progress with bars", "steppers", "signals_marketprogress_changelist"),
        Page("Outbox, health", "health_metrics", "shards_universaloutbox_health"),
        Page("Outbox, waiting", "outbox", "shards_universaloutbox_changelist"),
        Page("Outbox, published", "outgoing_mail", "shards_outboxevent_changelist"),
        Page("Outbox, parked", "block", "shards_outboxparked_changelist"),
        Page("Sagas", "route", "shards_sagainstance_changelist"),
        Page("Error log", "error", "shards_errorlog_changelist"),
    ],
    "Market": [
        Page("Symbols", "sell", "signals_marketsymbol_changelist"),
        Page("Bars", "candlestick_chart", "signals_marketbar_changelist"),
        Page("Replaced bars", "history_toggle_off", "signals_marketbarrevision_changelist"),
        Page("Feeds", "rss_feed", "signals_marketfeed_changelist"),
        Page("Gaps", "event_busy", "signals_marketgap_changelist"),
        Page("Splits", "call_split", "signals_marketsplit_changelist"),
        Page("Market signals", "show_chart", "signals_marketsignal_changelist"),
        Page("Scans", "radar", "signals_signalscan_changelist"),
    ],
    "Operations": [
        Page("Notices", "campaign", "notifications_notice_changelist"),
        Page("Chat usage", "bar_chart_4_bars", "chat_usage"),
        Page("Personas", "smart_toy", "chat_chatpersona_changelist"),
        Page("Transcripts that were read", "policy", "chat_chattranscriptread_changelist"),
        Page("Tutorial funnels", "filter_alt", "tutorial_funnel"),
        Page("Schedules", "schedule", "django_celery_beat_periodictask_changelist"),
        Page("Intervals", "timer", "django_celery_beat_intervalschedule_changelist"),
        Page("Crontabs", "calendar_month", "django_celery_beat_crontabschedule_changelist"),
        Page("Plans", "sell", "accounts_plan_changelist"),
        Page("User sessions", "devices", "accounts_usersession_changelist"),
    ],
}


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """UNFOLD's SIDEBAR.navigation."""
    links = {page: reverse(f"admin:{page.url}") for pages in GROUPS.values() for page in pages}
    here = max((link for link in links.values() if _is_of(request.path, link)), key=len, default="")
    return [
        {
            "title": gettext(title) if title else "",
            "separator": bool(title),
            # closed but for the page in it that is open: fifty lines hide what one looks for
            "collapsible": bool(title),
            "items": [_item(page, links[page], here) for page in pages],
        }
        for title, pages in GROUPS.items()
    ]


def _item(page: Page, link: str, here: str) -> dict[str, Any]:
    return {"title": gettext(page.title), "icon": page.icon, "link": link, "active": link == here}


def _is_of(path: str, link: str) -> bool:
    """Every page begins with the overview's address, and only the overview is it."""
    return path == link if link == reverse("admin:index") else path.startswith(link)
