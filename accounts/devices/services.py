"""What changes devices: where an account's push notifications go."""

import hashlib

from accounts.devices import procedures
from shards import retention
from shards.fields import new_public_id
from shards.transactions import in_global_transaction

LIMIT = 20  # devices of one account; beyond it the one that was seen longest ago goes
TABLE = "table_user_devices"


def device_register(
    *, account_db_key: int, push_token: str, device_type: str, device_name: str = ""
) -> procedures.DeviceRow:
    """Apps register at each start: a token that is known is seen again, and becomes this account's if it was not."""
    return _put(
        device_id=new_public_id(),
        account_db_key=account_db_key,
        device_type=device_type,
        device_name=device_name,
        push_token=push_token,
        token_hash=hashlib.sha256(push_token.encode()).digest(),
        device_limit=LIMIT,
    )


def devices_drop_dead(*, push_tokens: list[str]) -> int:
    """For whoever was told by a push service that nobody is there any more; returns how many were known."""
    return _drop_dead(token_hashes=[hashlib.sha256(token.encode()).hexdigest() for token in push_tokens])


def devices_expire() -> int:
    """Forget what was not seen for the days of `table_retention`; returns how many. Safe to repeat or cut off."""
    return retention.sweep(TABLE, lambda seconds: _expire(unseen_days=seconds // retention.DAY, limit=retention.BATCH))


_put = in_global_transaction(procedures.device_put)
_drop_dead = in_global_transaction(procedures.devices_drop_dead)
_expire = in_global_transaction(procedures.devices_expire)
device_delete = in_global_transaction(procedures.device_delete)
