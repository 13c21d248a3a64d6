"""`/api/v1/auth/verify-email...` and `/api/v1/auth/verify-phone...`"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AccountView
from accounts.codes import serializers, services
from accounts.models import OneTimeCode
from config import paging
from shards.scope import Scope

Purpose = OneTimeCode.Purpose


class VerifyEmailView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_verify_email_request", request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        """Have a code sent to your e-mail address."""
        services.code_request(account_db_key=self.account_db_key, purpose=Purpose.EMAIL)
        return Response(status=202)


class VerifyEmailConfirmView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_verify_email", request=serializers.CodeInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Five tries; then ask for another code."""
        data = paging.checked(serializers.CodeInput, request.data)
        services.code_confirm(account_db_key=self.account_db_key, purpose=Purpose.EMAIL, **data)
        return Response(status=204)


class VerifyPhoneView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_verify_phone_request", request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        """Have a code sent to your phone number."""
        services.code_request(account_db_key=self.account_db_key, purpose=Purpose.PHONE)
        return Response(status=202)


class VerifyPhoneConfirmView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_verify_phone", request=serializers.CodeInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Five tries; then ask for another code."""
        data = paging.checked(serializers.CodeInput, request.data)
        services.code_confirm(account_db_key=self.account_db_key, purpose=Purpose.PHONE, **data)
        return Response(status=204)
