"""The routines of devices (`sql/global/accounts`), each with its types."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class DeviceRow(NamedTuple):
    device_id: UUID
    device_type: str
    device_name: str
    created_at: datetime
    last_seen: datetime


class DeviceWithToken(NamedTuple):
    device_id: UUID
    device_type: str
    device_name: str
    push_token: str
    created_at: datetime
    last_seen: datetime


class Dropped(NamedTuple):
    dropped: int


def device_put(
    *,
    device_id: UUID,
    account_db_key: int,
    device_type: str,
    device_name: str,
    push_token: str,
    token_hash: bytes,
    device_limit: int,
) -> DeviceRow:
    return call_one(
        "fp_device_put",
        DeviceRow,
        device_id=device_id,
        account_db_key=account_db_key,
        device_type=device_type,
        device_name=device_name,
        push_token=push_token,
        token_hash=token_hash,
        device_limit=device_limit,
    )


def devices_get(*, account_db_key: int) -> list[DeviceWithToken]:
    return call("fp_devices_get", DeviceWithToken, account_db_key=account_db_key)


def device_delete(*, account_db_key: int, device_id: UUID) -> None:
    call("fp_device_delete", account_db_key=account_db_key, device_id=device_id)


def devices_drop_dead(*, token_hashes: list[str]) -> int:
    return call_one("fp_devices_drop_dead", Dropped, token_hashes=token_hashes).dropped


def devices_expire(*, unseen_days: int, limit: int) -> int:
    return call_one("fp_devices_expire", Dropped, unseen_days=unseen_days, limit=limit).dropped
