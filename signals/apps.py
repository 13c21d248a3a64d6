from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "signals"
    verbose_name = "Signals"

    def ready(self) -> None:
        from accounts.portfolio import market
        from signals import dashboard, exceptions, figures, legacy, retained, schema, seeds  # noqa: F401  # each registers what it holds
        from signals.market.portfolios import StoredMarket

        market.supply(StoredMarket())
