"""Reads of devices."""

from accounts.devices import procedures


def devices(*, account_db_key: int) -> list[procedures.DeviceWithToken]:
    """With their push tokens, for whoever sends; the API shows none."""
    return procedures.devices_get(account_db_key=account_db_key)
