"""`/api/v1/chat/...`: rooms, their messages, and what is read across rooms."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from chat import export, personas, selectors, serializers, services
from chat.live import history
from chat.procedures import RoomRow
from config import paging

KEPT_BACK = {"last_sequence_no", "content_digest"}  # for operators


def shown(room: RoomRow) -> dict[str, object]:
    return {name: value for name, value in room._asdict().items() if name not in KEPT_BACK}


class RoomsView(AccountView):
    @extend_schema(
        operation_id="chat_rooms_list",
        parameters=[*paging.PARAMETERS, OpenApiParameter("archived", bool, default=False)],
        responses=paging.page_schema("RoomPage", serializers.RoomOutput),
    )
    def get(self, request: Request) -> Response:
        """Your rooms, the one with the latest message first."""
        asked = paging.checked(serializers.RoomListInput, request.query_params)
        rows = selectors.room_list(
            account_db_key=self.account_db_key,
            is_archived=asked["archived"],
            before=paging.read_time_and_id(asked.get("cursor")),
            limit=asked["limit"] + 1,
        )
        page = paging.page(rows, asked["limit"], lambda row: (row.activity_at, row.room_id))
        return Response(page | {"results": [shown(row) for row in rows[: asked["limit"]]]})

    @extend_schema(
        operation_id="chat_rooms_create",
        request=serializers.RoomCreateInput,
        responses={201: serializers.RoomOutput},
    )
    def post(self, request: Request) -> Response:
        """A new conversation; without a title it gets one from its first exchange."""
        data = paging.checked(serializers.RoomCreateInput, request.data)
        return Response(shown(services.room_create(account_db_key=self.account_db_key, **data)), status=201)


class RoomView(AccountView):
    @extend_schema(operation_id="chat_rooms_get", responses=serializers.RoomOutput)
    def get(self, request: Request, room_id: UUID) -> Response:
        return Response(shown(selectors.room_get(account_db_key=self.account_db_key, room_id=room_id)))

    @extend_schema(
        operation_id="chat_rooms_update", request=serializers.RoomUpdateInput, responses=serializers.RoomOutput
    )
    def patch(self, request: Request, room_id: UUID) -> Response:
        """Rename or archive it, give it another persona, or choose the branch that it shows."""
        data = paging.checked(serializers.RoomUpdateInput, request.data)
        return Response(shown(services.room_update(account_db_key=self.account_db_key, room_id=room_id, **data)))

    @extend_schema(operation_id="chat_rooms_delete", responses={204: None})
    def delete(self, request: Request, room_id: UUID) -> Response:
        """Its messages are deleted with it."""
        services.room_delete(account_db_key=self.account_db_key, room_id=room_id)
        return Response(status=204)


class MessageView(AccountView):
    @extend_schema(operation_id="chat_messages_get", responses=serializers.MessageOutput)
    def get(self, request: Request, room_id: UUID, message_id: UUID) -> Response:
        row = selectors.message_get(account_db_key=self.account_db_key, room_id=room_id, message_id=message_id)
        return Response(row._asdict())

    @extend_schema(operation_id="chat_messages_delete", responses={204: None})
    def delete(self, request: Request, room_id: UUID, message_id: UUID) -> Response:
        services.message_delete(account_db_key=self.account_db_key, room_id=room_id, message_id=message_id)
        return Response(status=204)


class SearchView(AccountView):
    @extend_schema(
        operation_id="chat_search",
        parameters=[*paging.PARAMETERS, OpenApiParameter("q", str, required=True)],
        responses=paging.page_schema("FoundPage", serializers.FoundOutput),
    )
    def get(self, request: Request) -> Response:
        """Your messages that have every word, newest first; words may be begun, Korean is found inside words."""
        asked = paging.checked(serializers.SearchInput, request.query_params)
        rows = selectors.message_search(
            account_db_key=self.account_db_key,
            text=asked["q"],
            before=paging.read_number(asked.get("cursor")),
            limit=asked["limit"] + 1,
        )
        page = paging.page(rows, asked["limit"], lambda row: (row.idx,))
        for found in page["results"]:
            del found["idx"]  # never leaves the shard, but inside the cursor
        return Response(page)


class ExportView(AccountView):
    @extend_schema(
        operation_id="chat_rooms_export",
        parameters=[OpenApiParameter("type", str, enum=["json", "markdown"], default="json")],
        responses={200: OpenApiResponse(description="The file: application/json or text/markdown.")},
    )
    def get(self, request: Request, room_id: UUID) -> HttpResponse:
        """The room as a file: JSON has every branch, Markdown what the room shows."""
        asked = paging.checked(serializers.ExportInput, request.query_params)
        history.settle(account_db_key=self.account_db_key, room_id=room_id)
        room = selectors.room_get(account_db_key=self.account_db_key, room_id=room_id)
        is_json = asked["type"] == "json"
        messages = selectors.conversation(account_db_key=self.account_db_key, room_id=room_id, on_path=not is_json)
        content = export.as_json(room, messages) if is_json else export.as_markdown(room, messages)
        response = HttpResponse(content, content_type="application/json" if is_json else "text/markdown; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="chat-{room_id}.{"json" if is_json else "md"}"'
        return response


class StatisticsView(AccountView):
    @extend_schema(
        operation_id="chat_statistics",
        parameters=paging.PARAMETERS,
        responses=paging.page_schema("DayPage", serializers.ChatDayOutput),
    )
    def get(self, request: Request) -> Response:
        """Your days, newest first, in your time zone."""
        asked = paging.checked(serializers.StatisticsInput, request.query_params)
        rows = selectors.statistics_list(
            account_db_key=self.account_db_key,
            before=paging.read_date(asked.get("cursor")),
            limit=asked["limit"] + 1,
        )
        return Response(paging.page(rows, asked["limit"], lambda row: (row.date,)))


class PersonasView(AccountView):
    @extend_schema(operation_id="chat_personas", responses=serializers.PersonasOutput)
    def get(self, request: Request) -> Response:
        """Who can answer."""
        results = [
            {
                "ai_persona": row.ai_persona,
                "display_name": row.display_name,
                "version": row.version,
                "is_available": personas.is_available(row),
            }
            for row in personas.listed()
        ]
        return Response({"results": results, "next": None})


def message_page(view: AccountView, request: Request, room_id: UUID) -> Response:
    """GET of a room's messages; in a view that also takes them (`chat.replies.views`)."""
    asked = paging.checked(serializers.MessageListInput, request.query_params)
    place = paging.read_number(asked.get("cursor"))
    is_newer = asked["direction"] == "newer"
    rows = history.messages(
        account_db_key=view.account_db_key,
        room_id=room_id,
        on_path=serializers.PATHS[asked["path"]],
        before=None if is_newer else place,
        after=(place or 0) if is_newer else None,
        limit=asked["limit"] + 1,
    )
    return Response(paging.page(rows, asked["limit"], lambda row: (row.sequence_no,)))
