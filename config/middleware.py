"""Middleware of ours. What the admin needs and the API does not steps aside for /api/.

An API call carries a bearer token, no cookie; what these do for it would only cost time.
"""

from typing import Any
from uuid import uuid4

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.env import APP_ENV

API_PREFIX = "/api/"
DRAINED_BYTES = 8 * 1024  # an unread body of this length has arrived with the request's head, or soon after it


def address_of(request: HttpRequest) -> str:
    """Where the request came from. nginx overwrites X-Forwarded-For; nobody else reaches this server."""
    return (
        str(request.META.get("HTTP_X_FORWARDED_FOR") or request.META.get("REMOTE_ADDR", ""))
        .rpartition(",")[2]
        .strip()[:45]
    )


class RequestLog(RequestMiddleware):
    """Binds the request's id and address to every line that is logged in it, and says which requests went wrong.

    The two lines of a request that went well are nginx's: making ours, to be dropped, took longer than a short CALL.
    nginx overwrites both headers; the middleware's own way to the address believes what a client wrote.
    """

    def prepare(self, request: HttpRequest) -> None:
        bind_contextvars(
            request_id=request.META.get("HTTP_X_REQUEST_ID", "")[:64] or str(uuid4()), ip=address_of(request)
        )

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        if response.status_code >= 400 or response.streaming or hasattr(request, "_raised_exception"):
            super().handle_response(request, response)
        else:
            clear_contextvars()


class AdminOnly:
    """Before Django's own middleware: an API request passes all those of this kind that stand together in one step."""

    get_response: Any
    past_these: Any

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)  # type: ignore[call-arg]  # Django's
        inner = getattr(get_response, "__wrapped__", None)  # in what makes responses of its exceptions
        self.past_these = inner.past_these if isinstance(inner, AdminOnly) else get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PREFIX):
            return self.past_these(request)
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


class Locale:
    """The operator's language: the one that was switched to, or the browser's. The API's texts stay English.

    Django's own leaves its language in the thread, where the next request of the API would find it.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response: HttpResponse = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        return response


class CloseAfterUnreadBody:
    """A refusal may come before the body was read. The server then ends the connection without a word as soon as it
    finds more than it cares to drain, and a next request on it would get no answer; so the refusal says that it ends.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        if response.status_code >= 400 and _has_long_body(request):
            response["Connection"] = "close"
        return response


def _has_long_body(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return "HTTP_TRANSFER_ENCODING" in request.META or not length.isdecimal() or int(length) > DRAINED_BYTES


def environment_badge(request: HttpRequest) -> list[str]:
    """APP_ENV as the admin's badge: red where a mistake is dear."""
    return [APP_ENV, {"production": "danger", "test": "warning"}.get(APP_ENV, "info")]
