"""Middleware that the admin needs and the API does not: each steps aside for /api/.

An API call carries a bearer token, no cookie; what these five do for it would only cost time.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware

from config.env import APP_ENV

API_PREFIX = "/api/"


class AdminOnly:
    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]  # the mixin stands before Django's middleware


class Sessions(AdminOnly, SessionMiddleware):
    pass


class Common(AdminOnly, CommonMiddleware):
    pass


class Csrf(AdminOnly, CsrfViewMiddleware):
    pass


class Authentication(AdminOnly, AuthenticationMiddleware):
    pass


class Messages(AdminOnly, MessageMiddleware):
    pass


def environment_badge(request: HttpRequest) -> list[str]:
    """APP_ENV as the admin's badge: red where a mistake is dear."""
    return [APP_ENV, {"production": "danger", "test": "warning"}.get(APP_ENV, "info")]
