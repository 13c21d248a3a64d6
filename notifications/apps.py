from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from notifications import consumers, exceptions, rewind, settings_copy  # noqa: F401  # each registers what it holds
