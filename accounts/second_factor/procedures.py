"""The routines of second factors, each with its types (`sql/global/accounts`)."""

from typing import NamedTuple

from shards.procedures import call


class FactorRow(NamedTuple):
    secret: str  # encrypted
    is_active: bool
    last_step: int
    recovery_codes_left: int


def second_factor_begin(*, account_db_key: int, secret: str) -> None:
    call("fp_second_factor_begin", account_db_key=account_db_key, secret=secret)


def second_factor_get(*, account_db_key: int) -> FactorRow | None:
    rows = call("fp_second_factor_get", FactorRow, account_db_key=account_db_key)
    return rows[0] if rows else None


def second_factor_use(*, account_db_key: int, secret: str, step: int) -> None:
    call("fp_second_factor_use", account_db_key=account_db_key, secret=secret, step=step)


def second_factor_remove(*, account_db_key: int) -> None:
    call("fp_second_factor_remove", account_db_key=account_db_key)


def recovery_codes_put(*, account_db_key: int, code_hashes: list[str]) -> None:
    call("fp_recovery_codes_put", account_db_key=account_db_key, code_hashes=code_hashes)


def recovery_code_use(*, account_db_key: int, code_hash: bytes) -> None:
    call("fp_recovery_code_use", account_db_key=account_db_key, code_hash=code_hash)
