from django.apps import AppConfig


class TutorialConfig(AppConfig):
    name = "tutorial"
    verbose_name = "Tutorials"

    def ready(self) -> None:
        from tutorial import consumers, exceptions, legacy, retained  # noqa: F401  # each registers what it holds
