"""The day's tokens of an account: taken before the model is called, paid or given back afterwards.

How many the plan allows is `accounts.plans`' to say; the ledger and the day's sums are changed together by the
routines, so two questions at the last tokens cannot both have them.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts import plans
from chat.budget import procedures
from chat.days import local_date
from chat.exceptions import BudgetExhausted
from chat.models import ChatPersona
from shards.transactions import in_account_transaction

BYTES_PER_TOKEN = 3  # on the safe side for English; Korean has three bytes and about one token a letter
OVERHEAD = 50  # of one message: roles and separators


def estimate(text: str) -> int:
    """Tokens of a text, where no model has counted them."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


def reserve(
    *, account_db_key: int, room_id: UUID, persona: ChatPersona, prompt: str, request: dict[str, Any]
) -> procedures.Reserved:
    """For the reply that `request` asks for; raises BudgetExhausted. Repeating it takes nothing more."""
    arguments: dict[str, Any] = {
        "reply_id": UUID(request["reply_id"]),
        "account_db_key": account_db_key,
        "room_id": room_id,
        "local_date": local_date(account_db_key, datetime.now(UTC)),
        "ai_persona": persona.ai_persona,
        "persona_version": persona.version,
        "request": request,
        "reserved_tokens": estimate(persona.system_prompt + prompt) + OVERHEAD + persona.max_output_tokens,
    }
    try:
        return _reserve(**arguments, limit=plans.limits_of(account_db_key).chat_tokens_per_day)
    except BudgetExhausted:
        return _reserve(**arguments, limit=plans.refreshed(account_db_key).chat_tokens_per_day)


_reserve = in_account_transaction(procedures.chat_tokens_reserve)
settle = in_account_transaction(procedures.chat_tokens_settle)


def release(*, account_db_key: int, reply_id: UUID) -> None:
    settle(account_db_key=account_db_key, reply_id=reply_id, prompt_tokens=0, completion_tokens=0)
