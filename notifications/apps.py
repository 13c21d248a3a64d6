from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from notifications import (  # noqa: F401  # each registers what it holds
            alerts,
            consumers,
            dashboard,
            exceptions,
            figures,
            legacy,
            retained,
            rewind,
            sealed,
            settings_copy,
        )
