"""What changes API keys. They are encrypted here, before any other code sees them."""

from typing import Any

from accounts import keyring
from accounts.api_keys import procedures
from accounts.api_keys.selectors import KEYS, TABLE
from shards.transactions import in_global_transaction


def api_keys_save(*, account_db_key: int, **changes: Any) -> None:
    """Save the keys and permissions that are given; None removes a key. Raises AccountUnknown."""
    columns = dict(changes)
    for name in changes.keys() & set(KEYS):
        columns[name] = _sealed(account_db_key, name, changes[name])
    _save(account_db_key=account_db_key, **columns)


api_keys_delete = in_global_transaction(procedures.api_keys_delete)
_save = in_global_transaction(procedures.save_api_keys)


def _sealed(account_db_key: int, name: str, value: str | None) -> str:
    if value is None:
        return ""
    return keyring.encrypt(value, column=f"{TABLE}.{name}", account_db_key=account_db_key)
