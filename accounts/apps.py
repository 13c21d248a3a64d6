from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

# Modules that register what they hold when they are imported: refusals, consumers, seeds, schema, encrypted columns.
REGISTER = (
    *("consumers", "exceptions", "plans", "schema", "sealed"),
    *(f"{part}.exceptions" for part in ("api_keys", "payments", "portfolio", "profiles", "withdrawal")),
    "retained",
    *("legacy.accounts", "legacy.money", "withdrawal.returned"),
)


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        for name in REGISTER:
            import_module(f"accounts.{name}")
        from accounts.payments.plan_change import PLAN_CHANGE
        from accounts.portfolio.brokers import register
        from accounts.portfolio.paper import PaperBroker
        from accounts.portfolio.saga import ORDER
        from shards.saga.definitions import define

        register(PaperBroker())
        if settings.KIS_URL:
            from accounts.portfolio.kis.setup import broker

            register(broker())
        define(ORDER)
        define(PLAN_CHANGE)
