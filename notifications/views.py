"""`/api/v1/notifications...`"""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from accounts.sessions import live_key
from config import paging, sse
from notifications import live, selectors, serializers, services
from notifications.delivery import preferences
from notifications.types import OUTSIDE, TYPES


class NotificationsView(AccountView):
    @extend_schema(
        operation_id="notifications_list",
        parameters=[
            *paging.PARAMETERS,
            OpenApiParameter("status", str, enum=list(serializers.STATUSES), default="unread"),
        ],
        responses=paging.page_schema("NotificationPage", serializers.NotificationOutput),
    )
    def get(self, request: Request) -> Response:
        """Your notifications, newest first. What `read` shows leaves soon after; until then it may be asked again."""
        asked = paging.checked(serializers.ListInput, request.query_params)
        account_db_key, limit = self.account_db_key, asked["limit"]
        before = paging.read_time_and_id(asked.get("cursor"))
        match asked["status"]:
            case "unread":
                rows = selectors.notification_unread(account_db_key=account_db_key, before=before, limit=limit + 1)
            case "read":
                rows = services.notification_read_page(account_db_key=account_db_key, before=before, limit=limit)
            case _:
                rows = selectors.notification_all(account_db_key=account_db_key, before=before, limit=limit + 1)
        return Response(paging.page(rows, limit, lambda row: (row.created_at, row.notification_id)))


class StreamView(sse.Streaming, AccountView):
    @extend_schema(
        operation_id="notifications_stream",
        parameters=[OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER)],
        responses={(200, sse.MEDIA_TYPE): str},
    )
    def get(self, request: Request) -> HttpResponse:
        """Server-sent events: `notification` for each new one, `unread` with the count. Resumable by Last-Event-ID."""
        after = live.opened(account_db_key=self.account_db_key, last_event=sse.last_event(request))
        return sse.handed_over(live.stream_of(self.account_db_key), after=after, session=live_key(self.caller))


class NotificationView(AccountView):
    @extend_schema(operation_id="notifications_delete", responses={204: None})
    def delete(self, request: Request, notification_id: UUID) -> Response:
        services.notification_delete(account_db_key=self.account_db_key, notification_id=notification_id)
        return Response(status=204)


class ReadView(AccountView):
    @extend_schema(operation_id="notifications_read", request=None, responses=serializers.NotificationOutput)
    def post(self, request: Request, notification_id: UUID) -> Response:
        """Mark it read; again changes nothing."""
        row = services.notification_mark_read(account_db_key=self.account_db_key, notification_id=notification_id)
        return Response(row._asdict())


class ReadAllView(AccountView):
    @extend_schema(operation_id="notifications_read_all", request=None, responses=serializers.ReadAllOutput)
    def post(self, request: Request) -> Response:
        """Mark all read that are there now; what arrives meanwhile stays unread."""
        updated = services.notification_mark_all_read(account_db_key=self.account_db_key)
        unread = selectors.unread_count(account_db_key=self.account_db_key)
        return Response({"updated_count": updated, "unread_count": unread})


class StatsView(AccountView):
    @extend_schema(
        operation_id="notifications_stats",
        parameters=[OpenApiParameter("days", {"type": "integer", "minimum": 1, "maximum": 366, "default": 7})],
        responses=serializers.StatsOutput,
    )
    def get(self, request: Request) -> Response:
        """How many notifications you got on each day, and what became of them."""
        asked = paging.checked(serializers.StatsInput, request.query_params)
        rows = services.notification_stats(account_db_key=self.account_db_key, days=asked["days"])
        unread = selectors.unread_count(account_db_key=self.account_db_key)
        return Response({"results": [row._asdict() for row in rows], "next": None, "unread_count": unread})


class TraceView(AccountView):
    @extend_schema(operation_id="notifications_trace", responses=serializers.TraceOutput)
    def get(self, request: Request, notification_id: UUID) -> Response:
        """Why you did, or did not, get it by e-mail, SMS, push or webhook: each decision and each answer, in order."""
        rows = selectors.trace(account_db_key=self.account_db_key, notification_id=notification_id)
        return Response({"results": [row._asdict() for row in rows], "next": None})


class PreferencesView(AccountView):
    @extend_schema(operation_id="notifications_preferences_get", responses=serializers.PreferencesOutput)
    def get(self, request: Request) -> Response:
        """Quiet hours, in your profile's zone, and what you said of single types and channels."""
        return Response(preferences.preferences(account_db_key=self.account_db_key))

    @extend_schema(
        operation_id="notifications_preferences_update",
        request=serializers.PreferencesInput,
        responses=serializers.PreferencesOutput,
    )
    def patch(self, request: Request) -> Response:
        """Urgent ones do not keep quiet hours. What is left out stays as it is."""
        data = paging.checked(serializers.PreferencesInput, request.data)
        return Response(preferences.hours_update(account_db_key=self.account_db_key, **data))


class PreferenceView(AccountView):
    @extend_schema(
        operation_id="notifications_preference_put",
        parameters=[
            OpenApiParameter("type_id", str, OpenApiParameter.PATH, enum=list(TYPES)),
            OpenApiParameter("channel", str, OpenApiParameter.PATH, enum=list(OUTSIDE)),
        ],
        request=serializers.PreferenceInput,
        responses=serializers.PreferencesOutput,
    )
    def put(self, request: Request, type_id: str, channel: str) -> Response:
        """Whether one type comes by one channel, and how urgent it must be."""
        data = paging.checked(serializers.PreferenceInput, request.data)
        found = preferences.preference_put(account_db_key=self.account_db_key, type_id=type_id, channel=channel, **data)
        return Response(found)


class WebhooksView(AccountView):
    @extend_schema(operation_id="notifications_webhooks_list", responses=serializers.WebhooksOutput)
    def get(self, request: Request) -> Response:
        rows = preferences.webhooks(account_db_key=self.account_db_key)
        shown = [{"webhook_id": r.webhook_id, "url": r.url, "created_at": r.created_at} for r in rows]
        return Response({"results": shown, "next": None})

    @extend_schema(
        operation_id="notifications_webhooks_create",
        request=serializers.WebhookInput,
        responses={201: serializers.WebhookMadeOutput},
    )
    def post(self, request: Request) -> Response:
        """Be told by HTTP POST, signed as Standard Webhooks says. The address must be on the public internet."""
        data = paging.checked(serializers.WebhookInput, request.data)
        made = preferences.webhook_create(account_db_key=self.account_db_key, url=data["url"])
        return Response(made._asdict(), status=201)


class WebhookView(AccountView):
    @extend_schema(operation_id="notifications_webhooks_delete", responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        preferences.webhook_delete(account_db_key=self.account_db_key, webhook_id=webhook_id)
        return Response(status=204)
