"""`/api/v1/auth/password` and `/api/v1/auth/reset-password...`"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView, PublicView, client_address
from accounts.passwords import serializers, services
from config import paging
from shards.scope import Scope


class PasswordView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_password", request=serializers.PasswordInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change your password. Every other session of yours ends; you are told of it."""
        data = paging.checked(serializers.PasswordInput, request.data)
        services.password_change(
            account_db_key=self.account_db_key,
            session_id=self.caller.session_id,
            address=client_address(request),
            **data,
        )
        return Response(status=204)


class ResetRequestView(PublicView):
    throttle = "reset"

    @extend_schema(operation_id="auth_reset_request", request=serializers.ResetRequestInput, responses={202: None})
    def post(self, request: Request) -> Response:
        """Have a link sent to this address. The answer does not say whether an account has it."""
        data = paging.checked(serializers.ResetRequestInput, request.data)
        services.reset_request(address=client_address(request), **data)
        return Response(status=202)


class ResetView(PublicView):
    throttle = "reset"

    @extend_schema(operation_id="auth_reset_password", request=serializers.ResetInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Choose another password with the token of the link. It works once; every session of yours ends."""
        data = paging.checked(serializers.ResetInput, request.data)
        services.password_reset(address=client_address(request), **data)
        return Response(status=204)
