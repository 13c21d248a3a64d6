"""The routines of plans, charges and payment methods (`sql/global/accounts`), each with its types."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class PlanRow(NamedTuple):
    payment_id: UUID
    payment_plan: str
    plan_name: str
    plan_price: Decimal
    currency: str
    billing_cycle: str
    payment_status: str
    starts_at: datetime
    expires_at: datetime | None
    access_until: datetime | None
    auto_renewal: bool
    next_billing_at: datetime | None
    payment_method: UUID | None
    pending_plan: str | None
    usable_plan: str
    alarms: int
    chat_tokens_per_day: int


class PlanChange(NamedTuple):
    payment_id: UUID
    account_db_key: int
    payment_plan: str
    billing_cycle: str
    first_charge: Decimal
    currency: str
    payment_status: str


class ChargeToMake(NamedTuple):
    charge_id: UUID
    payment_id: UUID
    account_db_key: int
    kind: str
    amount: Decimal
    currency: str
    charge_status: str
    provider: str
    provider_reference: str
    failure_code: str
    provider_token: str


class Settled(NamedTuple):
    charge_id: UUID
    payment_id: UUID
    account_db_key: int
    kind: str
    amount: Decimal
    currency: str
    charge_status: str
    provider: str
    provider_reference: str
    failure_code: str
    is_news: bool


class Due(NamedTuple):
    payment_id: UUID
    account_db_key: int
    expires_at: datetime
    is_over: bool


class Expired(NamedTuple):
    expired: bool


class HistoryRow(NamedTuple):
    payment_id: UUID
    payment_plan: str
    plan_name: str
    plan_price: Decimal
    currency: str
    billing_cycle: str
    payment_status: str
    starts_at: datetime
    expires_at: datetime | None
    created_at: datetime
    charged: Decimal


class MethodRow(NamedTuple):
    payment_method_id: UUID
    provider: str
    brand: str
    last_four: str
    is_default: bool
    created_at: datetime


class Taken(NamedTuple):
    is_new: bool


def get_payment_plan(*, account_db_key: int) -> PlanRow:
    return call_one("fp_get_payment_plan", PlanRow, account_db_key=account_db_key)


def plan_change_begin(
    *, payment_id: UUID, account_db_key: int, payment_plan: str, billing_cycle: str, payment_method: UUID | None
) -> PlanChange:
    return call_one(
        "fp_plan_change_begin",
        PlanChange,
        payment_id=payment_id,
        account_db_key=account_db_key,
        payment_plan=payment_plan,
        billing_cycle=billing_cycle,
        payment_method=payment_method,
    )


def plan_change_cancel(*, payment_id: UUID) -> None:
    call("fp_plan_change_cancel", payment_id=payment_id)


def payment_charge_begin(*, charge_id: UUID, payment_id: UUID) -> ChargeToMake | None:
    rows = call("fp_payment_charge_begin", ChargeToMake, charge_id=charge_id, payment_id=payment_id)
    return rows[0] if rows else None


def payment_renewal_begin(*, payment_id: UUID, retry_hours: int) -> ChargeToMake | None:
    rows = call("fp_payment_renewal_begin", ChargeToMake, payment_id=payment_id, retry_hours=retry_hours)
    return rows[0] if rows else None


def payment_charge_settle(
    *, charge_id: UUID, charge_status: str, provider_reference: str, failure_code: str, grace_days: int
) -> Settled:
    return call_one(
        "fp_payment_charge_settle",
        Settled,
        charge_id=charge_id,
        charge_status=charge_status,
        provider_reference=provider_reference,
        failure_code=failure_code,
        grace_days=grace_days,
    )


def payment_activate(*, payment_id: UUID, grace_days: int) -> None:
    call("fp_payment_activate", payment_id=payment_id, grace_days=grace_days)


def payment_auto_renewal_set(*, account_db_key: int, auto_renewal: bool, grace_days: int) -> None:
    call(
        "fp_payment_auto_renewal_set",
        account_db_key=account_db_key,
        auto_renewal=auto_renewal,
        grace_days=grace_days,
    )


def payment_extend(*, account_db_key: int, days: int) -> None:
    call("fp_payment_extend", account_db_key=account_db_key, days=days)


def payments_due(*, after_expires_at: datetime, after_payment_id: UUID, limit: int) -> list[Due]:
    return call(
        "fp_payments_due", Due, after_expires_at=after_expires_at, after_payment_id=after_payment_id, limit=limit
    )


def payment_expire(*, payment_id: UUID) -> bool:
    return call_one("fp_payment_expire", Expired, payment_id=payment_id).expired


def payments_history(
    *, account_db_key: int, before_created_at: datetime | None, before_payment_id: UUID | None, limit: int
) -> list[HistoryRow]:
    return call(
        "fp_payments_history",
        HistoryRow,
        account_db_key=account_db_key,
        before_created_at=before_created_at,
        before_payment_id=before_payment_id,
        limit=limit,
    )


def payment_methods_get(*, account_db_key: int) -> list[MethodRow]:
    return call("fp_payment_methods_get", MethodRow, account_db_key=account_db_key)


def payment_method_insert(
    *,
    payment_method_id: UUID,
    account_db_key: int,
    provider: str,
    provider_token: str,
    brand: str,
    last_four: str,
    method_limit: int,
) -> MethodRow:
    return call_one(
        "fp_payment_method_insert",
        MethodRow,
        payment_method_id=payment_method_id,
        account_db_key=account_db_key,
        provider=provider,
        provider_token=provider_token,
        brand=brand,
        last_four=last_four,
        method_limit=method_limit,
    )


def payment_method_default(*, account_db_key: int, payment_method_id: UUID) -> None:
    call("fp_payment_method_default", account_db_key=account_db_key, payment_method_id=payment_method_id)


def payment_method_delete(*, account_db_key: int, payment_method_id: UUID) -> None:
    call("fp_payment_method_delete", account_db_key=account_db_key, payment_method_id=payment_method_id)


def payment_webhook_insert(*, provider: str, event_id: str, event_type: str, charge_id: UUID) -> bool:
    return call_one(
        "fp_payment_webhook_insert",
        Taken,
        provider=provider,
        event_id=event_id,
        event_type=event_type,
        charge_id=charge_id,
    ).is_new
