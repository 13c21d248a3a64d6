"""Refusals about chat: 314xx."""

from config.refusals import Refusal


class RoomUnknown(Refusal):
    code = "chat_room_unknown"
    status = 404
    errno = 31401
    detail = "There is no such room."


class MessageUnknown(Refusal):
    code = "chat_message_unknown"
    status = 404
    errno = 31402
    detail = "There is no such message."


class BudgetExhausted(Refusal):
    code = "chat_budget_exhausted"
    status = 429
    errno = 31403
    detail = "Your plan's tokens for today are used up, or too few are left for this question."
    retry_after = 3600


class PersonaUnknown(Refusal):
    code = "chat_persona_unknown"
    status = 400
    detail = "There is no such persona; GET chat/personas lists them."
    field = "ai_persona"


class PersonaUnavailable(Refusal):
    code = "chat_persona_unavailable"
    status = 409  # trying again does not help: the room needs another persona, or the operators a setting
    detail = "This persona's model server is not configured here; PATCH the room to another persona."


class ClientMessageReused(Refusal):
    code = "chat_client_message_reused"
    status = 409
    detail = "Another message of this room has this client_message_id."
    field = "client_message_id"


class NotAnAnswer(Refusal):
    code = "chat_not_an_answer"
    status = 409
    detail = "Only an answer can be made again, and only one that was interrupted can be continued."


class NotAQuestion(Refusal):
    code = "chat_not_a_question"
    status = 409
    detail = "Only a message of yours can be edited."
