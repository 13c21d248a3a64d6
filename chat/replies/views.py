"""`/api/v1/chat/rooms/{room_id}/messages...`: saying something, and the replies."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from chat import serializers, services
from chat.live import keys
from chat.replies import services as replies
from chat.selectors import message_get
from chat.views import message_page
from config import paging, sse
from config.json import dumps
from config.redis import sessions as redis

STREAM = OpenApiResponse(
    description="Server-sent events, when `Accept: text/event-stream` asks for them: message.created, message.delta"
    " (text), message.completed or message.failed (the message as it is kept); ids are numbers that grow. A client that"
    " comes back with Last-Event-ID to .../messages/{reply_id}/stream goes on behind it."
)


class MessagesView(sse.Streaming, AccountView):
    @extend_schema(
        operation_id="chat_messages_list",
        parameters=[
            *paging.PARAMETERS,
            OpenApiParameter("direction", str, enum=["older", "newer"], default="older"),
            OpenApiParameter("path", str, enum=list(serializers.PATHS), default="current"),
        ],
        responses=paging.page_schema("MessagePage", serializers.MessageOutput),
    )
    def get(self, request: Request, room_id: UUID) -> Response:
        """Newest first, or oldest first from the cursor on; the branch that the room shows, or all."""
        return message_page(self, request, room_id)

    @extend_schema(
        operation_id="chat_messages_send",
        request=serializers.MessageInput,
        responses={201: serializers.SentOutput, 200: STREAM},
    )
    def post(self, request: Request, room_id: UUID) -> Response | HttpResponse:
        """Say something. The answer comes as a stream, or is read at its `reply_id` later.

        The same `client_message_id` is the same message, however often it is sent. `edited_message_id` says it instead
        of an earlier message of yours, on a new branch. Without `reply` nobody answers.
        """
        data = paging.checked(serializers.MessageInput, request.data)
        said = services.Said(data["content"], data.get("client_message_id"), data.get("edited_message_id"))
        if not data["reply"]:
            message = services.message_send(account_db_key=self.account_db_key, room_id=room_id, said=said)
            return Response({"message": message._asdict(), "reply_id": None}, status=201)
        asked = replies.reply_ask(account_db_key=self.account_db_key, room_id=room_id, said=said)
        if self.is_stream_wanted:
            return streamed(self, room_id, asked.reply_id)
        return Response({"message": asked.message._asdict(), "reply_id": asked.reply_id}, status=201)


class RegenerateView(sse.Streaming, AccountView):
    go_on = False

    @extend_schema(
        operation_id="chat_messages_regenerate",
        request=serializers.AgainInput,
        responses={201: serializers.ReplyOutput, 200: STREAM},
    )
    def post(self, request: Request, room_id: UUID, message_id: UUID) -> Response | HttpResponse:
        """Another answer to the same question, on a branch of its own."""
        data = paging.checked(serializers.AgainInput, request.data)
        reply_id = replies.reply_again(
            account_db_key=self.account_db_key, room_id=room_id, message_id=message_id, go_on=self.go_on, **data
        )
        if self.is_stream_wanted:
            return streamed(self, room_id, reply_id)
        return Response({"reply_id": reply_id}, status=201)


class ContinueView(RegenerateView):
    go_on = True

    @extend_schema(
        operation_id="chat_messages_continue",
        request=serializers.AgainInput,
        responses={201: serializers.ReplyOutput, 200: STREAM},
    )
    def post(self, request: Request, room_id: UUID, message_id: UUID) -> Response | HttpResponse:
        """An answer that was interrupted goes on where it stopped, on a branch of its own."""
        return super().post(request, room_id, message_id)


class StopView(AccountView):
    @extend_schema(operation_id="chat_messages_stop", request=None, responses=serializers.StopOutput)
    def post(self, request: Request, room_id: UUID, message_id: UUID) -> Response:
        """The reply ends where it is, and is kept so far. `message_id` is its reply_id."""
        stopping = replies.reply_stop(account_db_key=self.account_db_key, room_id=room_id, reply_id=message_id)
        return Response({"stopping": stopping})


class StreamView(sse.Streaming, AccountView):
    @extend_schema(operation_id="chat_messages_stream", responses={200: STREAM})
    def get(self, request: Request, room_id: UUID, message_id: UUID) -> HttpResponse:
        """The events of a reply from `Last-Event-ID` on. `message_id` is its reply_id."""
        return streamed(self, room_id, message_id)


def streamed(view: AccountView, room_id: UUID, reply_id: UUID) -> HttpResponse:
    """From Redis while it has the events; afterwards the final one is made from the message."""
    sse.last_event(view.request)
    state = replies.reply_state(account_db_key=view.account_db_key, room_id=room_id, reply_id=reply_id)
    if state == "reserved" or _has_events(reply_id):
        return view.handed_over(keys.reply(reply_id))
    message = message_get(account_db_key=view.account_db_key, room_id=room_id, message_id=reply_id)
    end = message.metadata.get("finish_reason")
    is_complete = end in {"stop", "length", "stopped"}
    data = {"message_id": reply_id, "message": message._asdict()} | ({} if is_complete else {"code": end})
    event = "message.completed" if is_complete else "message.failed"
    return sse.finished(sse.frame("1-0", event, dumps(data)))


def _has_events(reply_id: UUID) -> bool:
    try:
        return bool(redis().exists(keys.reply(reply_id)))
    except RedisError:
        return False
