"""What every view of a logged-in account shares."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.sessions import Caller

EXPIRES = "X-Session-Expires"


def client_address(request: Request) -> str:
    """Where the request came from. nginx overwrites X-Forwarded-For; nobody else reaches this server."""
    return (
        str(request.META.get("HTTP_X_FORWARDED_FOR") or request.META.get("REMOTE_ADDR", ""))
        .rpartition(",")[2]
        .strip()[:45]
    )


class AccountView(APIView):
    """Its services take `self.account_db_key`, which the token says; the answer tells when the token now expires."""

    @property
    def caller(self) -> Caller:
        return self.request.user  # type: ignore[return-value]  # set by BearerAuthentication

    @property
    def account_db_key(self) -> int:
        return self.caller.account_db_key

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        caller = getattr(request, "_user", None)
        if isinstance(caller, Caller):
            response[EXPIRES] = caller.expires_at.isoformat(timespec="seconds")
        return response
