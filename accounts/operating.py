"""What administrators may do on an account's page: one table. Each asks for a reason, and is kept with who did it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from accounts import standing
from accounts.exceptions import ReasonMissing
from accounts.models import Account, AccountAudit
from accounts.passwords.services import reset_request
from accounts.payments.selectors import plan
from accounts.payments.services import plan_extend
from accounts.procedures import account_audit_insert
from accounts.second_factor.services import factor_reset
from config import throttling
from shards.transactions import in_global_transaction

EXTENDED_DAYS = 30


class Request(NamedTuple):
    """What an operation is told."""

    account_db_key: int
    changed_by: int
    reason: str
    until: datetime | None


class Operation(NamedTuple):
    title: str
    what: str
    run: Callable[[Request], None]
    is_harsh: bool = False


def operate(name: str, request: Request) -> None:
    """Raises KeyError, ReasonMissing, and what the operation itself refuses."""
    operation = OPERATIONS[name]
    if not request.reason.strip():
        raise ReasonMissing
    operation.run(request)


def _block(to: Request) -> None:
    standing.account_block(account_db_key=to.account_db_key, until=to.until, changed_by=to.changed_by, reason=to.reason)


def _suspend(to: Request) -> None:
    standing.account_suspend(account_db_key=to.account_db_key, changed_by=to.changed_by, reason=to.reason)


def _unblock(to: Request) -> None:
    standing.account_unblock(account_db_key=to.account_db_key, changed_by=to.changed_by, reason=to.reason)


def _end_sessions(to: Request) -> None:
    standing.sessions_end(account_db_key=to.account_db_key, changed_by=to.changed_by, reason=to.reason)


def _send_reset_link(to: Request) -> None:
    """To the account's own address; the operator never sees it."""
    account = Account.objects.get(pk=to.account_db_key)
    _note(to, AccountAudit.Subject.RESET_LINK)
    reset_request(email=account.email, platform_type=account.platform_type, address=f"operator {to.changed_by}")


def _reset_second_factor(to: Request) -> None:
    factor_reset(account_db_key=to.account_db_key, changed_by=to.changed_by, reason=to.reason)


def _lift_throttle(to: Request) -> None:
    _note(to, AccountAudit.Subject.THROTTLE)
    throttling.lift_all(to.account_db_key)


def _extend_plan(to: Request) -> None:
    """Until the day given, 30 days without one."""
    days = EXTENDED_DAYS
    if to.until is not None:
        ends_at = plan(account_db_key=to.account_db_key).expires_at
        days = 0 if ends_at is None else (to.until - ends_at).days + 1
        if ends_at is not None and days < 1:
            raise ValueError("The plan lasts as long already.")
    plan_extend(account_db_key=to.account_db_key, days=days, changed_by=to.changed_by, reason=to.reason)


def _note(to: Request, subject: AccountAudit.Subject) -> None:
    _audit(account_db_key=to.account_db_key, subject=subject, changed_by=to.changed_by, reason=to.reason)


_audit = in_global_transaction(account_audit_insert)

# In the order of the buttons; what another part of accounts offers, it adds.
OPERATIONS: dict[str, Operation] = {
    "block": Operation("Block", "No log-in until the time given, or for good; ends every session.", _block, True),
    "suspend": Operation("Suspend", "No log-in until somebody unblocks; ends every session.", _suspend, True),
    "unblock": Operation("Unblock", "Lifts a block or a suspension.", _unblock),
    "end_sessions": Operation("End sessions", "Logs the account out everywhere.", _end_sessions),
    "reset_link": Operation("Send reset link", "To the account's e-mail address.", _send_reset_link),
    "reset_second_factor": Operation(
        "Reset second factor", "For who has lost app and recovery codes.", _reset_second_factor, True
    ),
    "lift_throttle": Operation("Lift throttle", "Forgets all tries and writes counted so far.", _lift_throttle),
    "extend_plan": Operation("Extend plan", "A paid plan, until the time given, or by 30 days.", _extend_plan),
}
