"""Reads of API keys: masked for people, in clear only for whoever uses them."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

import structlog

from accounts import keyring
from accounts.api_keys import procedures
from accounts.api_keys.exceptions import ApiKeyMissing, ApiKeyNotAllowed, ApiKeyUnreadable

log = structlog.get_logger(__name__)

TABLE = "table_user_api_keys"
SERVICES = {
    "korea_investment": ("korea_investment_app_key", "korea_investment_app_secret"),
    "alpha_vantage": ("alpha_vantage_key",),
    "polygon": ("polygon_key",),
    "finnhub": ("finnhub_key",),
}
KEYS = tuple(chain.from_iterable(SERVICES.values()))
MASK = "****"
SHOWN = 4  # characters at the end, of a key that is long enough
LONG_ENOUGH = 12
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Never to be logged; its text form says nothing."""

    key: str
    secret: str | None

    def __repr__(self) -> str:
        return "Credentials(***)"


def api_keys(*, account_db_key: int) -> dict[str, Any]:
    """Every key masked, None where there is none; raises AccountUnknown."""
    row = procedures.get_api_keys(account_db_key=account_db_key)
    if row is None:
        return dict.fromkeys(procedures.ApiKeysRow._fields) | {
            name: not name.endswith("trade_allowed") for name in procedures.ApiKeysRow._fields if "allowed" in name
        }
    return row._asdict() | {name: _masked(account_db_key, name, getattr(row, name)) for name in KEYS}


def credentials(*, account_db_key: int, service: str, permission: str) -> Credentials:
    """In clear, for the adapter that calls the service; `permission` is "quote" or "trade".

    Raises ApiKeyMissing, ApiKeyNotAllowed, ApiKeyUnreadable.
    """
    row = procedures.get_api_keys(account_db_key=account_db_key)
    sealed = {name: getattr(row, name) for name in SERVICES[service]} if row else {}
    if not sealed or None in sealed.values():
        raise ApiKeyMissing
    if not getattr(row, f"{service}_{permission}_allowed", False):
        raise ApiKeyNotAllowed
    try:
        key, *secret = (
            keyring.decrypt(stored, column=f"{TABLE}.{name}", account_db_key=account_db_key)
            for name, stored in sealed.items()
        )
    except keyring.Unreadable as error:
        log.error("api_key_unreadable", what=str(error))  # noqa: TRY400  # a traceback would say no more
        raise ApiKeyUnreadable from error
    return Credentials(key, secret[0] if secret else None)


def _masked(account_db_key: int, name: str, stored: str | None) -> str | None:
    if stored is None:
        return None
    try:
        text = keyring.decrypt(stored, column=f"{TABLE}.{name}", account_db_key=account_db_key)
    except keyring.Unreadable:
        return UNREADABLE
    return MASK + text[-SHOWN:] if len(text) >= LONG_ENOUGH else MASK
