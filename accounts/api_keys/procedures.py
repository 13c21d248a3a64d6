"""The routines of API keys (`sql/global/accounts`), each with its types. What goes in and out here is encrypted."""

from datetime import datetime
from typing import NamedTuple

from shards.procedures import call


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
