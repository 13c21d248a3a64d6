"""`Authorization: Bearer <token>` on the API."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import sessions
from accounts.exceptions import SessionUnknown


class BearerAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[sessions.Caller, bytes] | None:
        """None without the header, so that the view's permissions decide; SessionUnknown for a dead token."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not token.strip().isascii():
            raise SessionUnknown
        caller = sessions.caller_of(token.strip())
        return caller, caller.token_hash

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
