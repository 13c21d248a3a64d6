"""What changes an account's plan and its payment methods."""

from uuid import UUID

from django.conf import settings

from accounts import plans
from accounts import procedures as accounts
from accounts.models import AccountAudit, Payment, Plan
from accounts.payments import procedures, selectors
from accounts.payments.plan_change import SAGA
from accounts.payments.procedures import MethodRow, PlanRow
from accounts.payments.provider import default_provider
from config.databases import GLOBAL
from shards.fields import new_public_id
from shards.idempotency.guard import settle
from shards.saga.driver import drive_one
from shards.saga.services import saga_start
from shards.transactions import in_global_transaction

METHODS = 10  # payment methods of one account


def plan_change(
    *,
    account_db_key: int,
    payment_plan: str,
    billing_cycle: str = Payment.Cycle.MONTHLY,
    payment_method_id: UUID | None = None,
) -> PlanRow:
    """Change to a plan; the free one ends a paid one when its period does. The saga is driven here as far as it goes.

    Raises PlanUnknown, PlanUnchanged, PlanChangePending, PaymentMethodMissing, PlanIsFree. A declined charge shows in
    the row that comes back: the plan is as it was.
    """
    if payment_plan == Plan.Name.FREE:
        return auto_renewal_set(account_db_key=account_db_key, auto_renewal=False)
    saga_id = _plan_change_start(
        payment_id=new_public_id(),
        account_db_key=account_db_key,
        payment_plan=payment_plan,
        billing_cycle=billing_cycle,
        payment_method=payment_method_id,
    )
    settle()  # nothing is charged before the saga's row is committed
    drive_one(GLOBAL, saga_id)
    plans.forget(account_db_key)
    return selectors.plan(account_db_key=account_db_key)


@in_global_transaction
def _plan_change_start(
    *, payment_id: UUID, account_db_key: int, payment_plan: str, billing_cycle: str, payment_method: UUID | None
) -> UUID:
    change = procedures.plan_change_begin(
        payment_id=payment_id,
        account_db_key=account_db_key,
        payment_plan=payment_plan,
        billing_cycle=billing_cycle,
        payment_method=payment_method,
    )
    return saga_start(
        SAGA,
        idempotency_key=str(payment_id),
        initiator_id=account_db_key,
        data={"payment_id": str(payment_id), "amount": str(change.first_charge)},
        resource=f"plan of {account_db_key}",
        is_driven=True,
    ).saga_id


def auto_renewal_set(*, account_db_key: int, auto_renewal: bool) -> PlanRow:
    """Whether the plan goes on at the end of its period; raises PlanIsFree."""
    _auto_renewal_set(account_db_key=account_db_key, auto_renewal=auto_renewal, grace_days=settings.PAYMENT_GRACE_DAYS)
    settle()
    plans.forget(account_db_key)
    return selectors.plan(account_db_key=account_db_key)


def plan_extend(*, account_db_key: int, days: int, changed_by: int, reason: str) -> None:
    """By an operator, who says why; raises PlanIsFree."""
    _extend(account_db_key=account_db_key, days=days, changed_by=changed_by, reason=reason)
    plans.forget(account_db_key)


def payment_method_add(*, account_db_key: int, provider_token: str) -> MethodRow:
    """Only the provider's token is kept, and what it is known by. Raises PaymentTokenInvalid, PaymentMethodsTooMany."""
    provider = default_provider()
    method = provider.describe(provider_token)
    return _method_insert(
        payment_method_id=new_public_id(),
        account_db_key=account_db_key,
        provider=provider.name,
        provider_token=provider_token,
        brand=method.brand,
        last_four=method.last_four,
        method_limit=METHODS,
    )


@in_global_transaction
def _extend(*, account_db_key: int, days: int, changed_by: int, reason: str) -> None:
    procedures.payment_extend(account_db_key=account_db_key, days=days)
    accounts.account_audit_insert(
        account_db_key=account_db_key,
        subject=AccountAudit.Subject.PLAN,
        changed_by=changed_by,
        reason=f"{days} days: {reason}"[:200],
    )


_auto_renewal_set = in_global_transaction(procedures.payment_auto_renewal_set)
_method_insert = in_global_transaction(procedures.payment_method_insert)
payment_method_default = in_global_transaction(procedures.payment_method_default)
payment_method_remove = in_global_transaction(procedures.payment_method_delete)
