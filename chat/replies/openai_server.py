"""Any server that speaks OpenAI's chat completions, by the openai SDK: it retries what failed before the first byte."""

from collections.abc import AsyncGenerator
from functools import cache
from json import JSONDecodeError
from typing import Any

from django.conf import settings

from chat.replies.port import Finished, ModelFailure, Part, Prompt, Text, ToolCall, Turn, Usage

RETRIES = 2


@cache
def _client() -> Any:
    """One a process; the SDK is imported here because that takes a second."""
    from openai import AsyncOpenAI

    return AsyncOpenAI(
        base_url=settings.CHAT_OPENAI_BASE_URL,
        api_key=settings.CHAT_OPENAI_API_KEY or "none",
        timeout=settings.CHAT_OPENAI_TIMEOUT,
        max_retries=RETRIES,
    )


async def close() -> None:
    """The client with its connections; the next question makes another."""
    if _client.cache_info().currsize:
        await _client().close()
        _client.cache_clear()


class OpenAIServer:
    async def answer(self, prompt: Prompt) -> AsyncGenerator[Part, None]:
        calls: dict[int, dict[str, str]] = {}
        reason, began = "", False
        try:
            async with await _client().chat.completions.create(**_request(prompt)) as stream:
                async for chunk in stream:
                    began = True
                    if chunk.usage is not None:
                        yield Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
                    for choice in chunk.choices or []:
                        reason = choice.finish_reason or reason
                        _collect(calls, choice.delta.tool_calls or [])
                        if choice.delta.content:
                            yield Text(_clean(choice.delta.content))
        except Exception as error:  # the SDK lets through what its HTTP and JSON libraries raise amid a stream
            raise ModelFailure(_code(error, began), f"{type(error).__name__}: {error}") from error
        for call in calls.values():
            yield ToolCall(call["id"], call["name"], call["arguments"])
        if not reason:
            raise ModelFailure("model_cut", "the stream ended before the answer did")
        yield Finished(reason)


def _clean(text: str) -> str:
    """JSON can hold half of a surrogate pair; UTF-8, and so whatever keeps the answer, cannot."""
    return text.encode("utf-8", "replace").decode()


def _code(error: Exception, began: bool) -> str:
    """By class; a time-out is a connection error to the SDK, so it comes first."""
    import openai

    kinds = {
        openai.APITimeoutError: "model_timeout",
        openai.RateLimitError: "model_busy",
        openai.APIConnectionError: "model_cut" if began else "model_unreachable",
        openai.OpenAIError: "model_error",
        JSONDecodeError: "model_malformed",
    }
    by_class = next((code for kind, code in kinds.items() if isinstance(error, kind)), None)
    return by_class or ("model_timeout" if "Timeout" in type(error).__name__ else "model_cut")


def _collect(calls: dict[int, dict[str, str]], parts: list[Any]) -> None:
    """Tool calls come in pieces, by index."""
    for part in parts:
        call = calls.setdefault(part.index, {"id": "", "name": "", "arguments": ""})
        call["id"] = part.id or call["id"]
        if part.function is not None:
            call["name"] += part.function.name or ""
            call["arguments"] += part.function.arguments or ""


def _request(prompt: Prompt) -> dict[str, Any]:
    messages = [{"role": "system", "content": prompt.system}, *map(_message, prompt.turns)]
    request = {
        "model": prompt.model or settings.CHAT_OPENAI_MODEL,
        "messages": messages,
        "temperature": prompt.temperature,
        "max_tokens": prompt.max_output_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    return request | ({"tools": prompt.tools} if prompt.tools else {})


def _message(turn: Turn) -> dict[str, Any]:
    if turn.role == "tool":
        return {"role": "tool", "tool_call_id": turn.call_id, "content": turn.content}
    if turn.tool_calls:
        calls = [
            {"id": call.call_id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in turn.tool_calls
        ]
        return {"role": "assistant", "content": turn.content or None, "tool_calls": calls}
    return {"role": turn.role, "content": turn.content}
