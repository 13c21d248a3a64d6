"""What changes passwords: with the present one, or by an e-mailed link. Nothing here stores one in clear."""

import secrets
from uuid import UUID

from django.conf import settings

from accounts import sessions
from accounts.codes import derive
from accounts.codes.procedures import one_time_code_get
from accounts.exceptions import PasswordReused, PasswordWrong, ResetLinkInvalid
from accounts.models import Account, OneTimeCode, PasswordHistory
from accounts.passwords import procedures
from accounts.passwords.hashing import hash_password, is_any, is_password
from accounts.passwords.policy import require_strong
from config import throttling
from shards.exceptions import AccountUnknown
from shards.fields import new_public_id
from shards.idempotency.guard import settle
from shards.transactions import in_global_transaction

FORMER = 5  # passwords before the present one that may not come back
NONCE_BYTES = 32


def password_change(
    *, account_db_key: int, session_id: UUID, current_password: str, new_password: str, address: str
) -> None:
    """Needs the present password; ends every other session. Raises PasswordWrong, PasswordWeak, PasswordReused."""
    throttling.count("password_tries", f"{account_db_key}:{address}")
    present, *former = _passwords(account_db_key)
    if not is_password(current_password, present.password_hash):
        raise PasswordWrong
    throttling.lift("password_tries", f"{account_db_key}:{address}")
    if new_password == current_password:
        raise PasswordReused
    new_password_hash = _acceptable(new_password, present, former)
    ended = _change(
        account_db_key=account_db_key,
        old_password_hash=present.password_hash,
        new_password_hash=new_password_hash,
        change_reason=PasswordHistory.Reason.USER_REQUESTED,
        changed_by_ip=address,
        kept_session_id=session_id,
        event_id=new_public_id(),
    )
    settle()
    sessions.bury_all(ended)


def reset_request(*, email: str, platform_type: int, address: str) -> None:
    """Have a link sent, if an account has this address; the same work and the same answer if none has."""
    from accounts.tasks import code_send  # which imports services

    throttling.count("reset_link", f"{platform_type}:{email.casefold()}:{address}")
    code_id = new_public_id()
    _reset_request(
        code_id=code_id,
        platform_type=platform_type,
        email=email,
        nonce=secrets.token_bytes(NONCE_BYTES),
        lifetime_seconds=settings.RESET_LINK_SECONDS,
    )
    code_send.delay(str(code_id))


def password_reset(*, token: str, new_password: str, address: str) -> None:
    """By the token of the link; ends all sessions. Raises ResetLinkInvalid, PasswordWeak, PasswordReused."""
    code_id = derive.id_of(token)
    code = one_time_code_get(code_id=code_id) if code_id else None
    if code_id is None or code is None or code.purpose != OneTimeCode.Purpose.PASSWORD:
        raise ResetLinkInvalid
    if not derive.is_same(token, derive.link_token(code_id, code)):
        raise ResetLinkInvalid
    present, *former = _passwords(code.account_db_key)
    new_password_hash = _acceptable(new_password, present, [present, *former])
    sessions.bury_all(
        _reset(
            code_id=code_id,
            old_password_hash=present.password_hash,
            new_password_hash=new_password_hash,
            changed_by_ip=address,
            event_id=new_public_id(),
        )
    )


_change = in_global_transaction(procedures.change_password)
_reset_request = in_global_transaction(procedures.password_reset_request)
_reset = in_global_transaction(procedures.password_reset)


def _passwords(account_db_key: int) -> list[procedures.PasswordRow]:
    rows = procedures.password_get(account_db_key=account_db_key, limit=FORMER)
    if not rows or rows[0].is_former:
        raise AccountUnknown
    return rows


def _acceptable(new_password: str, present: procedures.PasswordRow, former: list[procedures.PasswordRow]) -> str:
    """The hash of a password that may be the next one."""
    account = Account(account_id=present.account_id, nickname=present.nickname, email=present.email)
    require_strong(new_password, account, field="new_password")
    if is_any(new_password, [row.password_hash for row in former]):
        raise PasswordReused
    return hash_password(new_password)
