"""The broker as the settings and the users' own keys make it."""

from django.conf import settings

from accounts.api_keys.selectors import credentials
from accounts.portfolio.kis.broker import KisBroker
from accounts.portfolio.kis.client import AppKey, Client

TIMEOUT = 10.0  # seconds; a saga's step that places an order may take thirty


def broker() -> KisBroker:
    client = Client(settings.KIS_URL, calls_per_second=settings.KIS_CALLS_PER_SECOND, timeout=TIMEOUT)
    return KisBroker(client, app_key, is_simulation=settings.KIS_IS_SIMULATION)


def app_key(account_db_key: int) -> AppKey:
    """The user's own, for trading; raises ApiKeyMissing, ApiKeyNotAllowed, ApiKeyUnreadable."""
    found = credentials(account_db_key=account_db_key, service="korea_investment", permission="trade")
    return AppKey(found.key, found.secret or "")
