"""`/api/v1/auth/totp...`"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView, client_address
from accounts.second_factor import serializers, services
from config import paging
from shards.scope import Scope


class FactorView(AccountView):
    writes_on = Scope.GLOBAL
    keeps_answers = False  # they hold the secret

    @extend_schema(operation_id="auth_totp_get", responses=serializers.FactorOutput)
    def get(self, request: Request) -> Response:
        """Whether you have a second factor, and how many recovery codes are left."""
        factor = services.active_factor(self.account_db_key)
        left = factor.recovery_codes_left if factor else 0
        return Response({"is_active": factor is not None, "recovery_codes_left": left})

    @extend_schema(
        operation_id="auth_totp_begin", request=serializers.BeginInput, responses={201: serializers.BeginOutput}
    )
    def post(self, request: Request) -> Response:
        """A new secret for your app. It is in force once you confirm a code of it."""
        data = paging.checked(serializers.BeginInput, request.data)
        begun = services.factor_begin(account_db_key=self.account_db_key, address=client_address(request), **data)
        return Response(begun._asdict(), status=201)


class ConfirmView(AccountView):
    writes_on = Scope.GLOBAL
    keeps_answers = False  # they hold the recovery codes

    @extend_schema(
        operation_id="auth_totp_confirm", request=serializers.ConfirmInput, responses=serializers.ConfirmOutput
    )
    def post(self, request: Request) -> Response:
        """Put it in force with a code of your app. The recovery codes are shown in this answer only, and work once."""
        data = paging.checked(serializers.ConfirmInput, request.data)
        recovery = services.factor_confirm(account_db_key=self.account_db_key, address=client_address(request), **data)
        return Response({"recovery_codes": recovery})


class RemoveView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_totp_remove", request=serializers.RemoveInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Needs your password and a code of your app, or a recovery code."""
        data = paging.checked(serializers.RemoveInput, request.data)
        services.factor_remove(account_db_key=self.account_db_key, address=client_address(request), **data)
        return Response(status=204)
