from django.db import models
from django.db.models import Q

from shards.bases import GlobalModel


class ChatPersona(GlobalModel):
    """`table_chat_personas`: who answers. A change is a new version; what was said keeps the version that said it."""

    class Adapter(models.TextChoices):
        BUILT_IN = "built_in"  # no network: answers from the user's own figures
        OPENAI = "openai"  # a server that speaks OpenAI's protocol, by settings.CHAT_OPENAI_*

    idx = models.BigAutoField(primary_key=True)
    ai_persona = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    version = models.PositiveIntegerField()
    display_name = models.CharField(max_length=100)
    adapter = models.CharField(max_length=20, choices=Adapter, db_collation="utf8mb4_bin")
    model = models.CharField(max_length=100, db_collation="utf8mb4_bin")
    system_prompt = models.TextField()
    temperature = models.DecimalField(max_digits=3, decimal_places=2, default=1)
    max_output_tokens = models.PositiveIntegerField(default=1000)
    tools = models.JSONField(default=list)  # names of chat.replies.tools
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "table_chat_personas"
        verbose_name = "persona"
        constraints = [
            models.UniqueConstraint(fields=["ai_persona", "version"], name="uq_chat_persona_version"),
            models.CheckConstraint(name="ck_chat_persona_output", condition=Q(max_output_tokens__range=(1, 8000))),
            models.CheckConstraint(name="ck_chat_persona_temperature", condition=Q(temperature__range=(0, 2))),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} (version {self.version})"
