"""What an account's page in the console shows: the summary above its fields, plan, keys, sessions and so on below."""

from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.api_keys.selectors import KEYS, api_keys
from accounts.models import Account, AccountAudit, Device, PasswordHistory, RecoveryCode, SecondFactor, UserSession
from accounts.payments import account_page as payments
from config.throttling import Counted, counted_of
from shards.admin.columns import NOTHING, account_link

SHOWN = 20  # of each, the latest
THROTTLES = ["What", "By", "Counted", "Allowed", "Seconds left"]


def tables(account: Account) -> list[dict[str, Any]]:
    """Title and unfold's table, without any hash."""
    return [
        _table("Plans", payments.PLANS, payments.plans(account)),
        _table("Charges", payments.CHARGES, payments.charges(account)),
        _table("Payment methods", payments.METHODS, payments.methods(account)),
        _table("API keys", ["Key", "Masked"], _api_keys(account)),
        _table("Devices", ["Type", "Name", "Since", "Last seen"], _devices(account)),
        _table("Sessions", ["Began", "Address", "Last seen", "Expires", "Ended"], _sessions(account)),
        _table("Changes of password", ["When", "Why", "Address"], _passwords(account)),
        _table("Second factor", ["Since", "Recovery codes left"], _second_factor(account)),
        _table("Throttles", THROTTLES, [[*one] for one in _throttles(account)]),
        _table("Audit trail", ["When", "What", "From", "To", "By", "Why"], _trail(account)),
    ]


def summary(account: Account) -> list[tuple[str, str]]:
    """What an operator asks first, as (what, answer)."""
    live = UserSession.objects.filter(account=account, ended_at=None, expires_at__gt=timezone.now())
    has_factor = SecondFactor.objects.filter(account=account).exclude(confirmed_at=None).exists()
    last = AccountAudit.objects.filter(account=account).order_by("-idx").first()
    return [
        ("Standing", _standing(account)),
        ("Plan", payments.summary(account)),
        ("Live sessions", str(live.count())),
        ("Second factor", "on" if has_factor else "off"),
        ("Refused now", ", ".join(one.name for one in _throttles(account) if one.counted >= one.limit) or "nothing"),
        ("Last change", f"{last.get_subject_display()}, {last.changed_at:%Y-%m-%d %H:%M}" if last else "none"),
    ]


def _standing(account: Account) -> str:
    until = f" until {account.block_endtime:%Y-%m-%d %H:%M}" if account.block_endtime else ""
    return f"{account.account_status}{until}"


def _table(title: str, headers: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    return {"title": title, "table": {"headers": headers, "rows": rows or [["None"] + [""] * (len(headers) - 1)]}}


def _api_keys(account: Account) -> list[list[Any]]:
    shown = api_keys(account_db_key=account.pk)
    return [[name, shown[name]] for name in KEYS if shown[name]]


def _devices(account: Account) -> list[list[Any]]:
    rows = Device.objects.filter(account=account).order_by("-last_seen")[:SHOWN]
    return [[row.device_type, row.device_name, _time(row.created_at), _time(row.last_seen)] for row in rows]


def _sessions(account: Account) -> list[list[Any]]:
    rows = UserSession.objects.filter(account=account).order_by("-session_id")[:SHOWN]
    return [[_time(r.created_at), r.address, _time(r.last_seen), _time(r.expires_at), _time(r.ended_at)] for r in rows]


def _passwords(account: Account) -> list[list[Any]]:
    rows = PasswordHistory.objects.filter(account=account).order_by("-history_id")[:SHOWN]
    return [[_time(row.changed_at), row.get_change_reason_display(), row.changed_by_ip] for row in rows]


def _second_factor(account: Account) -> list[list[Any]]:
    factor = SecondFactor.objects.filter(account=account).exclude(confirmed_at=None).first()
    if factor is None:
        return []
    return [[_time(factor.confirmed_at), RecoveryCode.objects.filter(account=account, used_at=None).count()]]


def _trail(account: Account) -> list[list[Any]]:
    rows = AccountAudit.objects.filter(account=account).order_by("-idx")[:SHOWN]
    return [
        [_time(row.changed_at), row.get_subject_display(), row.old_value, row.new_value, _who(row), row.reason]
        for row in rows
    ]


def _throttles(account: Account) -> list[Counted]:
    """Those of its address and id that are counted before it is known who asks are not among them."""
    return [one._replace(detail=one.detail or "the account") for one in counted_of(account.pk)]


def _who(row: AccountAudit) -> SafeString | str:
    return account_link(row.changed_by) if row.changed_by else NOTHING


def _time(at: Any) -> SafeString | str:
    return NOTHING if at is None else format_html("{}", f"{at:%Y-%m-%d %H:%M:%S}")
