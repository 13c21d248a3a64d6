"""The personas that there are from the beginning."""

from decimal import Decimal

from chat.models import ChatPersona
from shards.seeding import seeds

DEFAULT = "guide"  # needs no model server

GROUNDED = (
    "You answer questions of a user of a trading platform about their own alarms, signals, statistics and portfolio."
    " Use the tools for every figure; never invent one. Say what you do not know. You give no investment advice."
)
PERSONAS = [
    ChatPersona(
        ai_persona=DEFAULT,
        version=1,
        display_name="Guide",
        adapter=ChatPersona.Adapter.BUILT_IN,
        model="built-in",
        system_prompt="Answers from the user's own alarms, signals, statistics and portfolio; no language model.",
        max_output_tokens=500,
        tools=["alarms", "signals", "statistics", "portfolio", "regime"],
    ),
    ChatPersona(
        ai_persona="analyst",
        version=1,
        display_name="Analyst",
        adapter=ChatPersona.Adapter.OPENAI,
        model="",
        system_prompt=GROUNDED,
        temperature=Decimal("0.30"),
        max_output_tokens=1000,
        tools=["alarms", "signals", "statistics", "portfolio", "regime"],
    ),
]


@seeds("chat personas")
def seed_personas() -> None:
    """A version that exists stays as it is; operators add versions in the admin."""
    ChatPersona.objects.bulk_create(PERSONAS, ignore_conflicts=True)
