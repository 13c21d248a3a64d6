"""`/api/v1/profile/withdrawal`, `/api/v1/profile/export`"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from accounts.withdrawal import selectors, serializers, services
from config import paging
from shards.scope import Scope


class WithdrawalView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="profile_withdraw", request=serializers.WithdrawalInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Leave. Every session ends; log in within the grace period to stay after all, then your data is erased."""
        data = paging.checked(serializers.WithdrawalInput, request.data)
        services.withdrawal_request(account_db_key=self.account_db_key, **data)
        return Response(status=204)

    @extend_schema(operation_id="profile_withdraw_cancel", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Stay after all."""
        services.withdrawal_cancel(account_db_key=self.account_db_key)
        return Response(status=204)


class ExportView(AccountView):
    @extend_schema(operation_id="profile_export", responses=serializers.ExportOutput)
    def get(self, request: Request) -> Response:
        """Everything that is stored about you, as tables of rows; secrets are left out."""
        response = Response(selectors.export(account_db_key=self.account_db_key))
        response["Content-Disposition"] = 'attachment; filename="export.json"'
        return response
