"""`/api/v1/auth/...`"""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers, services, standing
from accounts.api import AccountView, PublicView, client_address
from accounts.selectors import session_list
from config import paging
from shards.scope import Scope


class SignupView(PublicView):
    throttle = "signup"

    @extend_schema(
        operation_id="auth_signup", request=serializers.SignupInput, responses={201: serializers.SignupOutput}
    )
    def post(self, request: Request) -> Response:
        """Make an account. Needs no worker: the account is ready to log in at once."""
        data = serializers.SignupInput(data=request.data)
        data.is_valid(raise_exception=True)
        account = services.account_signup(**data.validated_data)
        return Response(
            {
                "account_db_key": account.account_db_key,
                "account_id": account.account_id,
                "nickname": account.nickname,
            },
            status=201,
        )


class LoginView(PublicView):
    throttle = "login"

    @extend_schema(
        operation_id="auth_login",
        request=serializers.LoginInput,
        responses={200: serializers.LoginOutput, 202: serializers.SecondStepOutput},
    )
    def post(self, request: Request) -> Response:
        """Start a session. The token is shown in this answer only. 202: the password was right, and the account has a
        second factor; go on at auth/login/second-step."""
        data = paging.checked(serializers.LoginInput, request.data)
        login = services.account_login(**data, address=client_address(request))
        return _logged_in(login) if isinstance(login, services.Login) else Response(login._asdict(), status=202)


class SecondStepView(PublicView):
    throttle = "login"

    @extend_schema(
        operation_id="auth_login_second_step",
        request=serializers.SecondStepInput,
        responses=serializers.LoginOutput,
    )
    def post(self, request: Request) -> Response:
        """The ticket of the first step, and six digits of your app or a recovery code."""
        data = paging.checked(serializers.SecondStepInput, request.data)
        login = services.account_login_second_step(
            ticket_given=data["ticket"], code=data["code"], address=client_address(request)
        )
        return _logged_in(login)


def _logged_in(login: services.Login) -> Response:
    session = login.session._asdict()
    del session["session_id"], session["shard_id"], session["ends_at"]
    return Response({"token": login.token} | session)


class LogoutView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_logout", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session of this token."""
        services.account_logout(token_hash=self.caller.token_hash)
        return Response(status=204)


class SessionsView(AccountView):
    @extend_schema(
        operation_id="auth_sessions_list",
        parameters=paging.PARAMETERS,
        responses=paging.page_schema("SessionPage", serializers.SessionOutput),
    )
    def get(self, request: Request) -> Response:
        """Where you are logged in, newest first; `last_seen` may be a minute late."""
        asked = paging.checked(paging.PageInput, request.query_params)
        rows = session_list(
            account_db_key=self.account_db_key,
            before=paging.read_id(asked.get("cursor")),
            limit=asked["limit"] + 1,
        )
        page = paging.page(rows, asked["limit"], lambda row: (row.session_id,))
        for row in page["results"]:
            row["is_current"] = row["session_id"] == self.caller.session_id
        return Response(page)


class SessionView(AccountView):
    writes_on = Scope.GLOBAL

    @extend_schema(operation_id="auth_sessions_end", responses={204: None})
    def delete(self, request: Request, session_id: UUID) -> Response:
        """End one of your sessions, wherever it is; also this one."""
        standing.session_end(account_db_key=self.account_db_key, session_id=session_id)
        return Response(status=204)
