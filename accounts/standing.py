"""What operators change about an account: may it log in, with which level. Each says who did it and why.

Rows first, in one transaction with the end of the account's sessions; then tombstones, which every process obeys at
once (`accounts.sessions`).
"""

from datetime import datetime
from uuid import UUID

from accounts import procedures, sessions
from accounts.models import Account, AccountAudit
from shards.idempotency.guard import settle
from shards.transactions import in_global_transaction


def account_block(*, account_db_key: int, until: datetime | None, changed_by: int, reason: str) -> None:
    """Until then, or for good; raises AccountUnknown, AccountWithdrawn."""
    _status(account_db_key, Account.Status.BLOCKED, until, changed_by, reason)


def account_suspend(*, account_db_key: int, changed_by: int, reason: str) -> None:
    _status(account_db_key, Account.Status.SUSPENDED, None, changed_by, reason)


def account_unblock(*, account_db_key: int, changed_by: int, reason: str) -> None:
    """Also for a suspended one."""
    _status(account_db_key, Account.Status.NORMAL, None, changed_by, reason)


def account_level_set(*, account_db_key: int, account_level: int, changed_by: int, reason: str) -> None:
    sessions.bury_all(
        _level_set(account_db_key=account_db_key, account_level=account_level, changed_by=changed_by, reason=reason)
    )


def sessions_end(*, account_db_key: int, changed_by: int, reason: str) -> None:
    """All of them, by an operator."""
    sessions.bury_all(_sessions_end(account_db_key=account_db_key, changed_by=changed_by, reason=reason))


def session_end(*, account_db_key: int, session_id: UUID) -> None:
    """One of the account's own; raises SessionNotFound."""
    ended = _session_end(account_db_key=account_db_key, session_id=session_id)
    settle()
    sessions.bury(ended.token_hash)


_level_set = in_global_transaction(procedures.account_level_set)
_status_set = in_global_transaction(procedures.account_status_set)
_session_end = in_global_transaction(procedures.user_session_end)


def _status(account_db_key: int, status: str, until: datetime | None, changed_by: int, reason: str) -> None:
    sessions.bury_all(
        _status_set(
            account_db_key=account_db_key,
            account_status=status,
            block_endtime=until,
            changed_by=changed_by,
            reason=reason,
        )
    )


@in_global_transaction
def _sessions_end(*, account_db_key: int, changed_by: int, reason: str) -> list[procedures.Ended]:
    ended = procedures.user_sessions_end(account_db_key=account_db_key, kept_session_id=None)
    procedures.account_audit_insert(
        account_db_key=account_db_key, subject=AccountAudit.Subject.SESSIONS, changed_by=changed_by, reason=reason
    )
    return ended
