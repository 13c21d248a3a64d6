"""Which persona answers: the latest active version of its name. Each process remembers the rows for some seconds."""

from time import monotonic

from django.conf import settings

from chat.exceptions import PersonaUnavailable, PersonaUnknown
from chat.models import ChatPersona

REMEMBERED = 5.0

_remembered: tuple[list[ChatPersona], float] = ([], 0.0)


def listed() -> list[ChatPersona]:
    """The latest version of each that is active, by name."""
    global _remembered  # noqa: PLW0603  # one value, replaced as a whole
    rows, until = _remembered
    if until < monotonic():
        latest = {row.ai_persona: row for row in ChatPersona.objects.order_by("ai_persona", "version")}
        rows = [row for row in latest.values() if row.is_active]
        _remembered = (rows, monotonic() + REMEMBERED)
    return rows


def latest(ai_persona: str) -> ChatPersona:
    """Raises PersonaUnknown."""
    found = next((row for row in listed() if row.ai_persona == ai_persona), None)
    if found is None:
        raise PersonaUnknown
    return found


def answering(ai_persona: str) -> ChatPersona:
    """Raises PersonaUnknown, and PersonaUnavailable where its model server is not configured."""
    found = latest(ai_persona)
    if not is_available(found):
        raise PersonaUnavailable
    return found


def version_of(ai_persona: str, version: int) -> ChatPersona:
    """The version that a reply was asked of, whatever has come since."""
    return ChatPersona.objects.get(ai_persona=ai_persona, version=version)


def is_available(persona: ChatPersona) -> bool:
    return persona.adapter == ChatPersona.Adapter.BUILT_IN or bool(settings.CHAT_OPENAI_BASE_URL)


def forget() -> None:
    """After a change of the rows, for this process."""
    global _remembered  # noqa: PLW0603
    _remembered = ([], 0.0)
