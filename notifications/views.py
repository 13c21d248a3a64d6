"""`/api/v1/notifications...`"""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from config import paging
from notifications import selectors, serializers, services


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
