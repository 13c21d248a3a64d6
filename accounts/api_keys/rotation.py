"""Encrypts every stored API key anew with the first key of the ring, while the site runs.

Each row is read, encrypted and compared-and-swapped in turn: a user who saves keys meanwhile wins, and what that leaves
behind with an old key is found by the next pass. Cut off, it goes on where rows are left.
"""

from collections.abc import Callable

from accounts import keyring
from accounts.api_keys import procedures
from accounts.api_keys.procedures import Sealed, ToRotate
from accounts.api_keys.selectors import TABLE
from shards.transactions import in_global_transaction

AT_ONCE = 200
PASSES = 10

_rotate = in_global_transaction(procedures.api_keys_rotate)


def rotate(progress: Callable[[int], None] = lambda accounts: None) -> int:
    """Returns how many accounts were rotated; tells `progress` after each. Raises keyring.Unreadable for a value whose
    key is not here: nothing would be gained by leaving it."""
    rotated = 0
    for _ in range(PASSES):
        after, left = 0, 0
        while rows := procedures.api_keys_to_rotate(
            key_id=keyring.current_key_id(), after_account_db_key=after, limit=AT_ONCE
        ):
            for row in rows:
                left += 1
                if _rotated(row):
                    rotated += 1
                    progress(1)
            after = rows[-1].account_db_key
        if not left:
            break
    return rotated


def values_by_key() -> dict[str, int]:
    """key id -> stored values: after a rotation only the current one has any."""
    return {row.key_id: row.sealed for row in procedures.api_keys_by_key_id()}


def _rotated(row: ToRotate) -> bool:
    old = Sealed(*row[1:])
    new = Sealed(*(_anew(row.account_db_key, name, stored) for name, stored in old._asdict().items()))
    return _rotate(account_db_key=row.account_db_key, old=old, new=new)


def _anew(account_db_key: int, name: str, stored: str | None) -> str | None:
    if stored is None or stored.startswith(f"{keyring.current_key_id()}:"):
        return stored
    place = {"column": f"{TABLE}.{name}", "account_db_key": account_db_key}
    return keyring.encrypt(keyring.decrypt(stored, **place), **place)  # type: ignore[arg-type]
