from django.apps import AppConfig


class ShardsConfig(AppConfig):
    name = "shards"
    verbose_name = "Shards"

    def ready(self) -> None:
        from shards import checks, retained, seeds  # noqa: F401  # each registers what it holds
        from shards.legacy import residence  # noqa: F401
        from shards.saga import exceptions, remote  # noqa: F401
        from shards.statistics import own  # noqa: F401
