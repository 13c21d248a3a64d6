from chat.models.drift import ChatDrift
from chat.models.ledger import ChatTokens
from chat.models.message import MESSAGE_TYPES, ChatMessage
from chat.models.parked import ChatParked
from chat.models.persona import ChatPersona
from chat.models.room import ChatRoom
from chat.models.statistics import ChatStatistics
from chat.models.transcript_read import ChatTranscriptRead

__all__ = [
    "MESSAGE_TYPES",
    "ChatDrift",
    "ChatMessage",
    "ChatParked",
    "ChatPersona",
    "ChatRoom",
    "ChatStatistics",
    "ChatTokens",
    "ChatTranscriptRead",
]
