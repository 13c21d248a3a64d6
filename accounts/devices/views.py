"""`/api/v1/devices...`"""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from accounts.devices import selectors, serializers, services
from config import paging
from shards.scope import Scope

SHOWN = ("device_id", "device_type", "device_name", "created_at", "last_seen")


class DevicesView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="devices_list", responses=serializers.DevicesOutput)
    def get(self, request: Request) -> Response:
        """Where your push notifications go; the tokens themselves are not shown."""
        rows = selectors.devices(account_db_key=self.account_db_key)
        return Response({"results": [{name: getattr(row, name) for name in SHOWN} for row in rows], "next": None})

    @extend_schema(
        operation_id="devices_register",
        request=serializers.DeviceRegisterInput,
        responses={201: serializers.DeviceOutput},
    )
    def post(self, request: Request) -> Response:
        """Register this device, at each start of the app; a token that is known already is only seen again."""
        data = paging.checked(serializers.DeviceRegisterInput, request.data)
        device = services.device_register(account_db_key=self.account_db_key, **data)
        return Response(device._asdict(), status=201)


class DeviceView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="devices_delete", responses={204: None})
    def delete(self, request: Request, device_id: UUID) -> Response:
        """No more push notifications there."""
        services.device_delete(account_db_key=self.account_db_key, device_id=device_id)
        return Response(status=204)
