"""Proof that an e-mail address or a phone number is the account's: six digits, sent there, few tries, not for long."""

import secrets

from django.conf import settings

from accounts.codes import derive, procedures
from accounts.exceptions import CodeInvalid, SmsUnavailable
from accounts.models import OneTimeCode
from config import throttling
from shards.fields import new_public_id
from shards.transactions import in_global_transaction

NONCE_BYTES = 32
MOST_TRIES = 5


def code_request(*, account_db_key: int, purpose: OneTimeCode.Purpose) -> None:
    """Have a code sent to the present address; raises PhoneMissing, AlreadyVerified, SmsUnavailable, Throttled."""
    from accounts.tasks import code_send  # which imports what sends

    if purpose == OneTimeCode.Purpose.PHONE and not settings.SMS_SENDER:
        raise SmsUnavailable
    throttling.count("codes", f"{account_db_key}:{purpose}")
    code_id = new_public_id()
    _insert(
        code_id=code_id,
        account_db_key=account_db_key,
        purpose=purpose,
        nonce=secrets.token_bytes(NONCE_BYTES),
        lifetime_seconds=settings.CODE_SECONDS,
    )
    code_send.delay(str(code_id))


def code_confirm(*, account_db_key: int, purpose: OneTimeCode.Purpose, code: str) -> None:
    """Raises CodeInvalid, which does not say why. The try is counted before the code is looked at."""
    tried = _try(account_db_key=account_db_key, purpose=purpose, most_tries=MOST_TRIES)
    if not derive.is_same(code, derive.six_digits(tried.row)):
        raise CodeInvalid
    _use(code_id=tried.code_id)


_insert = in_global_transaction(procedures.one_time_code_insert)
_try = in_global_transaction(procedures.one_time_code_try)
_use = in_global_transaction(procedures.one_time_code_use)
