"""Plan, charges and payment methods on an account's page in the console."""

from typing import Any

from accounts.models import Account, Payment, PaymentCharge, PaymentMethod
from shards.admin.columns import NOTHING, shortened

SHOWN = 20  # of each, the latest
PLANS = ["Plan", "State", "Price", "Since", "Period ends", "Usable until", "Renews"]
CHARGES = ["When", "What for", "Amount", "State", "Failure", "Reference"]
METHODS = ["Card", "Last four", "Default", "Added", "Removed"]


def summary(account: Account) -> str:
    """The plan that counts now, and until when."""
    live = Payment.objects.filter(live_account=account.pk).first()
    if live is None:
        return "none"
    until = f" until {live.access_until:%Y-%m-%d}" if live.access_until else ""
    return f"{live.plan_name}, {live.get_payment_status_display().lower()}{until}"


def plans(account: Account) -> list[list[Any]]:
    rows = Payment.objects.filter(account=account).order_by("-created_at", "-payment_id")[:SHOWN]
    return [
        [
            row.plan_name,
            row.get_payment_status_display(),
            f"{shortened(row.plan_price, 0)} {row.currency}",
            _time(row.starts_at),
            _time(row.expires_at),
            _time(row.access_until),
            "yes" if row.auto_renewal else "no",
        ]
        for row in rows
    ]


def charges(account: Account) -> list[list[Any]]:
    rows = PaymentCharge.objects.filter(account=account).order_by("-created_at")[:SHOWN]
    return [
        [
            _time(row.created_at),
            row.get_kind_display(),
            f"{shortened(row.amount, 0)} {row.currency}",
            row.get_charge_status_display(),
            row.failure_code or NOTHING,
            row.provider_reference or NOTHING,
        ]
        for row in rows
    ]


def methods(account: Account) -> list[list[Any]]:
    """By what people know them by; never the provider's token."""
    rows = PaymentMethod.objects.filter(account=account).order_by("-payment_method_id")[:SHOWN]
    return [
        [row.brand, row.last_four, "yes" if row.is_default else "no", _time(row.created_at), _time(row.removed_at)]
        for row in rows
    ]


def _time(at: Any) -> str:
    return NOTHING if at is None else f"{at:%Y-%m-%d %H:%M:%S}"
