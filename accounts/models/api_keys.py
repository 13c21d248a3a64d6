from typing import Any

from django.db import models

from accounts.models.account import Account
from shards.bases import GlobalModel


def _sealed(**kwargs: Any) -> Any:
    """What `accounts.keyring` made, bound to this account and column; NULL: there is none."""
    return models.CharField(max_length=500, null=True, editable=False, db_collation="utf8mb4_bin", **kwargs)


class ApiKeys(GlobalModel):
    """`table_user_api_keys`: a user's keys for brokers and market data, encrypted, and what each may be used for."""

    account = models.OneToOneField(
        Account, models.PROTECT, primary_key=True, db_column="account_db_key", related_name="api_keys"
    )
    korea_investment_app_key = _sealed()
    korea_investment_app_secret = _sealed()
    alpha_vantage_key = _sealed()
    polygon_key = _sealed()
    finnhub_key = _sealed()
    korea_investment_quote_allowed = models.BooleanField(default=True, db_default=True)
    korea_investment_trade_allowed = models.BooleanField(default=False, db_default=False)  # the others are data only
    alpha_vantage_quote_allowed = models.BooleanField(default=True, db_default=True)
    polygon_quote_allowed = models.BooleanField(default=True, db_default=True)
    finnhub_quote_allowed = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "table_user_api_keys"
        verbose_name_plural = "API keys"

    def __str__(self) -> str:
        return f"API keys of {self.account_id}"
