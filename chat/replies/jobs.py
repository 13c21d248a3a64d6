"""What a reply is made from: the durable request, and the prompt that comes of it."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from chat import personas
from chat.exceptions import RoomUnknown
from chat.live import history
from chat.models import ChatPersona
from chat.procedures import MessageRow
from chat.replies import tools
from chat.replies.built_in import BuiltIn
from chat.replies.openai_server import OpenAIServer
from chat.replies.port import Model, Prompt, Turn

TURNS = 40  # of the conversation that a model is given
CHARACTERS = 24_000
ROLES = {"USER": "user", "AI": "assistant", "SYSTEM": "user"}
ATTEMPT_NUMBERS = 1_000_000  # events of one attempt have numbers below this; a second one goes on behind
GO_ON = "Go on exactly where you stopped. Do not repeat anything."


@dataclass(frozen=True, slots=True)
class Job:
    """Kept as JSON in the ledger and in the generators' stream."""

    reply_id: str
    account_db_key: int
    room_id: str
    question_id: str  # what is answered; the prompt ends with it
    ai_persona: str
    persona_version: int
    continued_id: str = ""  # the interrupted answer that this one goes on with
    attempt: int = 0

    def data(self) -> dict[str, Any]:
        return asdict(self)


def persona_of(job: Job) -> ChatPersona:
    return personas.version_of(job.ai_persona, job.persona_version)


def model_of(persona: ChatPersona) -> Model:
    return BuiltIn() if persona.adapter == ChatPersona.Adapter.BUILT_IN else OpenAIServer()


def prompt_of(job: Job, persona: ChatPersona) -> Prompt | None:
    """From this room's path up to the question; None when room or question is not there (any more)."""
    history.settle(account_db_key=job.account_db_key, room_id=UUID(job.room_id))
    try:
        rows = history.messages(
            account_db_key=job.account_db_key,
            room_id=UUID(job.room_id),
            on_path=False,
            before=None,
            after=None,
            limit=TURNS * 5,
        )
    except RoomUnknown:
        return None
    path = _path_to(UUID(job.question_id), rows)
    if not path:
        return None
    turns = _shortened(path)
    if job.continued_id:
        begun = next((row.content for row in rows if row.message_id == UUID(job.continued_id)), "")
        turns += [Turn("assistant", begun), Turn("user", GO_ON)]
    return Prompt(
        system=persona.system_prompt,
        turns=turns,
        model=persona.model,
        temperature=float(persona.temperature),
        max_output_tokens=persona.max_output_tokens,
        tools=tools.specifications(persona.tools),
    )


def _path_to(message_id: UUID, rows: list[MessageRow]) -> list[MessageRow]:
    """The messages from the first known one to this one, by their parents."""
    known = {row.message_id: row for row in rows}
    path: list[MessageRow] = []
    following: UUID | None = message_id
    while following is not None and following in known and len(path) < TURNS:
        path.append(known.pop(following))
        following = path[-1].parent_message_id
    return path[::-1]


def _shortened(path: list[MessageRow]) -> list[Turn]:
    """The newest that fit; the question always."""
    turns: list[Turn] = []
    left = CHARACTERS
    for row in reversed(path):
        left -= len(row.content)
        if turns and left < 0:
            break
        turns.append(Turn(ROLES[row.message_type], row.content))
    return turns[::-1]
