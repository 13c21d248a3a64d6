"""What stands between the two steps of a log-in: signed, not stored, good for minutes and for this password only."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core import signing

from accounts.exceptions import SecondFactorInvalid

SALT = "accounts.second_factor"


class Ticket(NamedTuple):
    ticket: str
    expires_at: datetime


def issue(account_db_key: int, password_hash: str) -> Ticket:
    expires_at = datetime.now(UTC) + timedelta(seconds=settings.SECOND_STEP_SECONDS)
    return Ticket(signing.dumps([account_db_key, _mark(password_hash)], salt=SALT), expires_at)


def account_of(ticket: str) -> int:
    """Raises SecondFactorInvalid."""
    return _read(ticket)[0]


def require(ticket: str, password_hash: str) -> None:
    """Raises SecondFactorInvalid when the password was changed since."""
    if _read(ticket)[1] != _mark(password_hash):
        raise SecondFactorInvalid


def _read(ticket: str) -> tuple[int, str]:
    try:
        account_db_key, mark = signing.loads(ticket, salt=SALT, max_age=settings.SECOND_STEP_SECONDS)
    except signing.BadSignature as error:
        raise SecondFactorInvalid from error
    return account_db_key, mark


def _mark(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]
