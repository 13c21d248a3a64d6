from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = "Chat"

    def ready(self) -> None:
        from chat import exceptions, figures, legacy, retained, seeds  # noqa: F401  # each registers what it holds
