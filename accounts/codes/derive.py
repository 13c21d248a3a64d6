"""Codes and links from a stored nonce and a key of this platform: what a thief of the database lacks.

HMAC-SHA-256 over purpose, account and nonce, with a key derived from SECRET_KEY. A link carries the code's id, so that
it is found by its primary key, and 256 bits of the HMAC; a code is six of its digits, which is why tries are limited.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.utils.crypto import salted_hmac

from accounts.codes.procedures import CodeRow

DIGITS = 6
SALT = "accounts.codes"


def six_digits(code: CodeRow) -> str:
    return f"{int.from_bytes(_mac(code)[:8]) % 10**DIGITS:0{DIGITS}d}"


def link_token(code_id: UUID, code: CodeRow) -> str:
    return urlsafe_b64encode(code_id.bytes + _mac(code)).decode().rstrip("=")


def id_of(token: str) -> UUID | None:
    """The code that a link's token names; None for what is no token."""
    try:
        return UUID(bytes=urlsafe_b64decode(token.encode("ascii") + b"==")[:16])
    except ValueError:
        return None


def is_same(given: str, right: str) -> bool:
    """In a time that says nothing."""
    return hmac.compare_digest(given.encode(), right.encode())


def _mac(code: CodeRow) -> bytes:
    value = b"|".join([code.purpose.encode(), str(code.account_db_key).encode(), code.target.encode(), code.nonce])
    return salted_hmac(SALT, value, algorithm="sha256").digest()
