"""`/api/v1/notifications/price-alarms...`"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from config import paging
from config.bodies import Body
from notifications.models import PriceAlarm
from notifications.prices import services


class PriceAlarmInput(Body):
    symbol = serializers.CharField(max_length=50)
    target_price = serializers.DecimalField(max_digits=19, decimal_places=6, min_value=Decimal("0.000001"))


class PriceAlarmOutput(serializers.Serializer[Any]):
    price_alarm_id = serializers.UUIDField()
    symbol = serializers.CharField()
    direction = serializers.ChoiceField(choices=PriceAlarm.Direction.choices)
    target_price = serializers.DecimalField(max_digits=19, decimal_places=6, help_text="In shares of since_session.")
    since_session = serializers.DateField(help_text="Later closes reach it.")
    reached_on = serializers.DateField(allow_null=True, help_text="The session whose close reached it; null: it waits.")
    reached_price = serializers.DecimalField(max_digits=19, decimal_places=6, allow_null=True)
    created_at = serializers.DateTimeField()


class PriceAlarmsView(AccountView):
    @extend_schema(
        operation_id="notifications_price_alarms_list",
        parameters=paging.PARAMETERS,
        responses=paging.page_schema("PriceAlarmPage", PriceAlarmOutput),
    )
    def get(self, request: Request) -> Response:
        """Your price alarms, newest first; those that were reached too."""
        asked = paging.checked(paging.PageInput, request.query_params)
        rows = services.price_alarm_list(
            account_db_key=self.account_db_key, before=paging.read_id(asked.get("cursor")), limit=asked["limit"] + 1
        )
        return Response(paging.page(rows, asked["limit"], lambda row: (row.price_alarm_id,)))

    @extend_schema(
        operation_id="notifications_price_alarms_create", request=PriceAlarmInput, responses={201: PriceAlarmOutput}
    )
    def post(self, request: Request) -> Response:
        """Be told once when a later close reaches this price: from below when it is above the latest close, from above
        when it is below. Splits change the price with the shares.
        """
        data = paging.checked(PriceAlarmInput, request.data)
        alarm = services.price_alarm_create(account_db_key=self.account_db_key, **data)
        return Response(alarm._asdict(), status=201)


class PriceAlarmView(AccountView):
    @extend_schema(operation_id="notifications_price_alarms_delete", responses={204: None})
    def delete(self, request: Request, price_alarm_id: UUID) -> Response:
        services.price_alarm_delete(account_db_key=self.account_db_key, price_alarm_id=price_alarm_id)
        return Response(status=204)
