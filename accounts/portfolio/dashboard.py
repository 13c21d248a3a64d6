"""One page of everything: what accounts knows, and a panel of each app that registers one.

A panel's `read` makes one database call on the account's shard, so that the number of calls is fixed: two here, one for
the quotes, and one for each panel.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from rest_framework.fields import Field

from accounts.portfolio import procedures, selectors
from accounts.portfolio.market import market
from accounts.portfolio.valuation import assets_of, holdings_of
from shards.placement import on_account

LARGEST = 5  # assets that the allocation names


class Panel(NamedTuple):
    read: Callable[[int], Any]  # account_db_key -> what the page shows
    output: Field  # its form in the schema


_panels: dict[str, Panel] = {}


def register(name: str, panel: Panel) -> None:
    if name in _panels:
        raise TypeError(f"there is a panel {name!r} already")
    _panels[name] = panel


def panels() -> dict[str, Panel]:
    return dict(sorted(_panels.items()))


def dashboard(*, account_db_key: int) -> dict[str, Any]:
    account = selectors.account_get(account_db_key=account_db_key)
    with on_account(account_db_key):
        positions = procedures.portfolio_positions_get(account_db_key=account_db_key)
        shown = {name: panel.read(account_db_key) for name, panel in panels().items()}
    quotes = market().quotes([position.asset_code for position in positions])
    holdings = holdings_of(positions, quotes, account.balance)
    return {
        "assets": assets_of(account, holdings)._asdict(),
        "holdings": [holding._asdict() for holding in holdings],
        "allocation": _allocation(account, holdings),
    } | shown


def _allocation(account: procedures.CashAccount, holdings: list[Any]) -> list[dict[str, Any]]:
    """The largest positions, the others together, and cash."""
    ranked = sorted(holdings, key=lambda holding: (-holding.market_value, holding.symbol))
    total = account.balance + sum(holding.market_value for holding in holdings)
    parts = [(holding.symbol, holding.market_value) for holding in ranked[:LARGEST]]
    if others := ranked[LARGEST:]:
        parts.append(("OTHERS", sum(holding.market_value for holding in others)))
    parts.append(("CASH", account.balance))
    return [
        {"symbol": symbol, "value": value, "weight": round(value / total, 6) if total else 0} for symbol, value in parts
    ]
