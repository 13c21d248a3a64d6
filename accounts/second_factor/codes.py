"""Codes of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds) and recovery codes."""

import hmac
import secrets
from time import time

import pyotp
from django.utils.crypto import salted_hmac

ISSUER = "Finance platform"
STEP_SECONDS = 30
STEPS_OFF = 1  # a phone's clock may be that many steps early or late
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what looks alike
RECOVERY_LENGTH = 16  # 80 bits


def new_secret() -> str:
    """160 bits in base32."""
    return pyotp.random_base32()


def uri(secret: str, account_id: str) -> str:
    """What the app reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account_id, issuer_name=ISSUER)


def step_of(secret: str, code: str, last_step: int) -> int | None:
    """The step that the code belongs to, if it is a present one and none before it was used; None otherwise."""
    hotp = pyotp.HOTP(secret)
    now = int(time()) // STEP_SECONDS
    steps = [
        step
        for step in range(now - STEPS_OFF, now + STEPS_OFF + 1)
        if hmac.compare_digest(hotp.at(step).encode(), code.encode()) and step > last_step
    ]
    return steps[0] if steps else None


def new_recovery_codes() -> list[str]:
    return ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]


def recovery_hash(account_db_key: int, code: str) -> bytes:
    """However it was typed; keyed, so that the database alone tells nothing."""
    plain = code.upper().replace("-", "").replace(" ", "")
    return salted_hmac("accounts.recovery", f"{account_db_key}:{plain}", algorithm="sha256").digest()
