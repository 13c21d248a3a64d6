from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts import consumers, exceptions, plans, schema  # noqa: F401  # each registers what it holds
        from accounts.profiles import exceptions as profile_exceptions  # noqa: F401
