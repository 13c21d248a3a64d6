from django.apps import AppConfig
from django.conf import settings


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts import consumers, exceptions, plans, schema, sealed  # noqa: F401  # each registers what it holds
        from accounts.api_keys import exceptions as api_key_exceptions  # noqa: F401
        from accounts.payments import exceptions as payment_exceptions  # noqa: F401
        from accounts.payments.plan_change import PLAN_CHANGE
        from accounts.portfolio import exceptions as portfolio_exceptions  # noqa: F401
        from accounts.portfolio.brokers import register
        from accounts.portfolio.paper import PaperBroker
        from accounts.portfolio.saga import ORDER
        from accounts.profiles import exceptions as profile_exceptions  # noqa: F401
        from accounts.withdrawal import exceptions as withdrawal_exceptions  # noqa: F401
        from shards.saga.definitions import define

        register(PaperBroker())
        if settings.KIS_URL:
            from accounts.portfolio.kis.setup import broker

            register(broker())
        define(ORDER)
        define(PLAN_CHANGE)
