"""`Authorization: Bearer <service token>` of another system. Only the tokens' SHA-256 is known here."""

from hashlib import sha256
from hmac import compare_digest

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class Service:
    """Who asks is no account."""

    is_authenticated = True


class ServiceTokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Service, None] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            return None
        given = sha256(token.encode("latin-1", "replace")).hexdigest()
        known = [compare_digest(given, expected.lower()) for expected in settings.INGEST_TOKEN_HASHES]
        if scheme.lower() != "bearer" or not any(known):
            raise AuthenticationFailed("This is no service token.")
        return Service(), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
