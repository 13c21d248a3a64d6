"""Encryption of what must be read again: API keys, second factors' secrets. AES-256-GCM, each value bound to its place.

Stored text is `<key id>:<base64 of nonce and ciphertext>`. The associated data is `<table>.<column>:<account_db_key>`,
so that a value copied to another account or column does not decrypt. `settings.ENCRYPTION_KEYS` is `id:key,id:key,...`,
each key 32 bytes in base64: the first encrypts, all decrypt. A new key is rotated in by putting it first, restarting
every process, and running `manage.py rotate_api_key_encryption`; then the old one may go.
"""

import os
from base64 import b64decode, b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES, KEY_BYTES = 12, 32
LONGEST_KEY_ID = 20


class Unreadable(Exception):
    """Not a value of this place, changed since it was written, or of a key that is not here (any more)."""


def encrypt(text: str, *, column: str, account_db_key: int) -> str:
    """`column` is `<table>.<column>`."""
    key_id, cipher = next(iter(_ring(settings.ENCRYPTION_KEYS).items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + cipher.encrypt(nonce, text.encode(), _place(column, account_db_key))
    return f"{key_id}:{b64encode(sealed).decode()}"


def decrypt(stored: str, *, column: str, account_db_key: int) -> str:
    """Raises Unreadable, which says nothing of the value."""
    key_id, _, encoded = stored.partition(":")
    cipher = _ring(settings.ENCRYPTION_KEYS).get(key_id)
    if cipher is None:
        raise Unreadable(f"{column} of {account_db_key}: there is no key {key_id[:LONGEST_KEY_ID]!r}")
    try:
        sealed = b64decode(encoded, validate=True)
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(column, account_db_key)).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable(f"{column} of {account_db_key} does not decrypt") from error


def current_key_id() -> str:
    """Of the key that encrypts."""
    return next(iter(_ring(settings.ENCRYPTION_KEYS)))


@lru_cache(maxsize=4)
def _ring(text: str) -> dict[str, AESGCM]:
    ring: dict[str, AESGCM] = {}
    for entry in text.split(","):
        key_id, _, encoded = entry.strip().partition(":")
        try:
            key = b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id.isalnum() or len(key_id) > LONGEST_KEY_ID or len(key) != KEY_BYTES or key_id in ring:
            raise ImproperlyConfigured(
                "ENCRYPTION_KEYS must be id:key,id:key,... with different ids and keys of 32 bytes"
            )
        ring[key_id] = AESGCM(key)
    return ring


def _place(column: str, account_db_key: int) -> bytes:
    return f"{column}:{account_db_key}".encode()
