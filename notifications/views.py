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
        """Your notifications, newest first."""
        asked = paging.checked(serializers.ListInput, request.query_params)
        rows = selectors.notification_list(
            account_db_key=self.account_db_key,
            is_read=serializers.STATUSES[asked["status"]],
            before=paging.read_time_and_id(asked.get("cursor")),
            limit=asked["limit"] + 1,
        )
        return Response(paging.page(rows, asked["limit"], lambda row: (row.created_at, row.notification_id)))


class ReadView(AccountView):
    @extend_schema(operation_id="notifications_read", request=None, responses=serializers.NotificationOutput)
    def post(self, request: Request, notification_id: UUID) -> Response:
        """Mark it read; again changes nothing."""
        row = services.notification_mark_read(account_db_key=self.account_db_key, notification_id=notification_id)
        return Response(row._asdict())
