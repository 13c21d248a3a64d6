"""The routines of leaving (`sql/global/accounts`), each with its types."""

from accounts.procedures import Ended
from shards.procedures import call


def account_withdrawal_request(*, account_db_key: int) -> list[Ended]:
    return call("fp_account_withdrawal_request", Ended, account_db_key=account_db_key)


def account_withdrawal_cancel(*, account_db_key: int, grace_seconds: int) -> None:
    call("fp_account_withdrawal_cancel", account_db_key=account_db_key, grace_seconds=grace_seconds)


def accounts_to_erase(*, grace_seconds: int, limit: int) -> list[int]:
    return [key for (key,) in call("fp_accounts_to_erase", grace_seconds=grace_seconds, limit=limit)]


def account_withdraw(*, account_db_key: int, grace_seconds: int) -> list[Ended]:
    return call("fp_account_withdraw", Ended, account_db_key=account_db_key, grace_seconds=grace_seconds)


def account_erase(*, account_db_key: int, erased_rows: dict[str, int]) -> None:
    call("fp_account_erase", account_db_key=account_db_key, erased_rows=erased_rows)
