"""Reads of plans, payment methods and what was paid."""

from datetime import datetime
from uuid import UUID

from accounts.payments import procedures
from accounts.payments.procedures import HistoryRow, MethodRow, PlanRow


def plan(*, account_db_key: int) -> PlanRow:
    return procedures.get_payment_plan(account_db_key=account_db_key)


def payment_methods(*, account_db_key: int) -> list[MethodRow]:
    return procedures.payment_methods_get(account_db_key=account_db_key)


def history(*, account_db_key: int, before: tuple[datetime, UUID] | None, limit: int) -> list[HistoryRow]:
    before_created_at, before_payment_id = before or (None, None)
    return procedures.payments_history(
        account_db_key=account_db_key,
        before_created_at=before_created_at,
        before_payment_id=before_payment_id,
        limit=limit,
    )
