"""The routines of API keys (`sql/global/accounts`), each with its types. What goes in and out here is encrypted."""

from datetime import datetime
from typing import NamedTuple

from shards.procedures import call, call_one


class Sealed(NamedTuple):
    korea_investment_app_key: str | None
    korea_investment_app_secret: str | None
    alpha_vantage_key: str | None
    polygon_key: str | None
    finnhub_key: str | None


class ApiKeysRow(NamedTuple):
    korea_investment_app_key: str | None
    korea_investment_app_secret: str | None
    alpha_vantage_key: str | None
    polygon_key: str | None
    finnhub_key: str | None
    korea_investment_quote_allowed: bool
    korea_investment_trade_allowed: bool
    alpha_vantage_quote_allowed: bool
    polygon_quote_allowed: bool
    finnhub_quote_allowed: bool
    created_at: datetime
    updated_at: datetime


class ToRotate(NamedTuple):
    account_db_key: int
    korea_investment_app_key: str | None
    korea_investment_app_secret: str | None
    alpha_vantage_key: str | None
    polygon_key: str | None
    finnhub_key: str | None


class OfKey(NamedTuple):
    key_id: str
    sealed: int


class Rotated(NamedTuple):
    rotated: int


def get_api_keys(*, account_db_key: int) -> ApiKeysRow | None:
    rows = call("fp_get_api_keys", ApiKeysRow, account_db_key=account_db_key)
    return rows[0] if rows else None


def save_api_keys(
    *,
    account_db_key: int,
    korea_investment_app_key: str | None = None,
    korea_investment_app_secret: str | None = None,
    alpha_vantage_key: str | None = None,
    polygon_key: str | None = None,
    finnhub_key: str | None = None,
    korea_investment_quote_allowed: bool | None = None,
    korea_investment_trade_allowed: bool | None = None,
    alpha_vantage_quote_allowed: bool | None = None,
    polygon_quote_allowed: bool | None = None,
    finnhub_quote_allowed: bool | None = None,
) -> None:
    call(
        "fp_save_api_keys",
        account_db_key=account_db_key,
        korea_investment_app_key=korea_investment_app_key,
        korea_investment_app_secret=korea_investment_app_secret,
        alpha_vantage_key=alpha_vantage_key,
        polygon_key=polygon_key,
        finnhub_key=finnhub_key,
        korea_investment_quote_allowed=korea_investment_quote_allowed,
        korea_investment_trade_allowed=korea_investment_trade_allowed,
        alpha_vantage_quote_allowed=alpha_vantage_quote_allowed,
        polygon_quote_allowed=polygon_quote_allowed,
        finnhub_quote_allowed=finnhub_quote_allowed,
    )


def api_keys_delete(*, account_db_key: int) -> None:
    call("fp_api_keys_delete", account_db_key=account_db_key)


def api_keys_to_rotate(*, key_id: str, after_account_db_key: int, limit: int) -> list[ToRotate]:
    return call(
        "fp_api_keys_to_rotate", ToRotate, key_id=key_id, after_account_db_key=after_account_db_key, limit=limit
    )


def api_keys_rotate(*, account_db_key: int, old: Sealed, new: Sealed) -> bool:
    rotated = call_one(
        "fp_api_keys_rotate",
        Rotated,
        account_db_key=account_db_key,
        old_korea_investment_app_key=old.korea_investment_app_key,
        old_korea_investment_app_secret=old.korea_investment_app_secret,
        old_alpha_vantage_key=old.alpha_vantage_key,
        old_polygon_key=old.polygon_key,
        old_finnhub_key=old.finnhub_key,
        korea_investment_app_key=new.korea_investment_app_key,
        korea_investment_app_secret=new.korea_investment_app_secret,
        alpha_vantage_key=new.alpha_vantage_key,
        polygon_key=new.polygon_key,
        finnhub_key=new.finnhub_key,
    )
    return rotated.rotated > 0


def api_keys_by_key_id() -> list[OfKey]:
    return call("fp_api_keys_by_key_id", OfKey)
