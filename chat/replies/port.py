"""What a model is to the rest: a prompt goes in, parts of an answer come out. Two adapters."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol


class Turn(NamedTuple):
    """One message of the conversation as a model sees it."""

    role: str  # user, assistant, tool
    content: str
    tool_calls: tuple["ToolCall", ...] = ()  # of an assistant's turn that asked for them
    call_id: str = ""  # of a tool's turn


class Text(NamedTuple):
    text: str


class ToolCall(NamedTuple):
    call_id: str
    name: str
    arguments: str  # JSON, as the model wrote it


class Usage(NamedTuple):
    prompt_tokens: int
    completion_tokens: int


class Finished(NamedTuple):
    reason: str  # stop, length, tool_calls, ...


Part = Text | ToolCall | Usage | Finished


@dataclass
class Prompt:
    system: str
    turns: list[Turn]
    model: str
    temperature: float
    max_output_tokens: int
    tools: list[dict[str, Any]] = field(default_factory=list)  # in OpenAI's form


class ModelFailure(Exception):
    """The model server did not answer as it should; `code` is for programs: model_timeout, model_busy, ..."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code


class Model(Protocol):
    def answer(self, prompt: Prompt) -> AsyncGenerator[Part, None]:
        """Parts in order, the last one Finished; raises ModelFailure."""
