from django.apps import AppConfig
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import reset_queries


class ShardsConfig(AppConfig):
    name = "shards"
    verbose_name = "Shards"

    def ready(self) -> None:
        from shards import checks, retained, seeds  # noqa: F401  # each registers what it holds
        from shards.legacy import residence  # noqa: F401
        from shards.saga import exceptions, remote  # noqa: F401
        from shards.statistics import own  # noqa: F401

        _leave_out_repeated_work()


def _leave_out_repeated_work() -> None:
    """What Django does around each request for each of its connections, and need not: queries are not kept here, and
    caches keep their connections.
    """
    request_started.disconnect(reset_queries)
    request_finished.disconnect(close_caches)
