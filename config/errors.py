"""The one API error shape: {"code": ..., "detail": ..., "fields": {...}}.

`code` is for programs and one of `codes()`, `detail` is for people, `fields` names what was wrong with each input
field. Nothing that fails is answered in another shape, nor with a traceback.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response

from config.databases import OVERDUE, RETRIABLE, errno_of, is_lost
from config.json import dumps
from config.middleware import API_PREFIX
from config.refusals import BY_CODE, Refusal

# code -> status: what is no app's refusal
GENERIC = {
    "invalid": 400,
    "malformed": 400,
    "not_authenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "body_too_large": 413,
    "uri_too_long": 414,
    "unsupported_media_type": 415,
    "internal_error": 500,
    "unavailable": 503,
}
DRF_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ValidationError: "invalid",
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.PermissionDenied: "forbidden",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
}


def codes() -> dict[str, int]:
    """Every code that the API can answer with, and its HTTP status."""
    return dict(sorted((GENERIC | {code: refusal.status for code, refusal in BY_CODE.items()}).items()))


def body(code: str, detail: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"code": code, "detail": detail, "fields": fields or {}}


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. None, and so a 500, is left for what nobody expected."""
    if isinstance(error, Refusal):
        fields = {error.field: [str(error)]} if error.field else {}
        return _response(error.status, body(error.code, str(error), fields), error.retry_after)
    if isinstance(error, Http404):
        return _response(404, body("not_found", "There is nothing here."))
    if isinstance(error, RequestDataTooBig):
        return _response(413, body("body_too_large", "The body is larger than 1 MB."))
    if isinstance(error, DatabaseError | InterfaceError) and (is_lost(error) or errno_of(error) in RETRIABLE | OVERDUE):
        return _response(503, body("unavailable", "The database cannot answer now; try again in a moment."), 2)
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return None


def _from_drf(error: exceptions.APIException) -> Response:
    code = next((code for kind, code in DRF_CODES.items() if isinstance(error, kind)), "invalid")
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return _response(400, body(code, "Some fields are not valid.", fields))
    return _response(error.status_code, body(code, str(error.detail)))


def _response(status: int, content: dict[str, Any], retry_after: int | None = None) -> Response:
    response = Response(content, status=status)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


# What never reaches a view -------------------------------------------------------------------------------------------
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, "malformed", "The request cannot be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, "forbidden", "This is not yours to see.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, "not_found", "There is nothing here.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500, "internal_error", "Something went wrong here; it has been logged.")


def _page(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path_info.startswith(API_PREFIX):
        return HttpResponse(dumps(body(code, detail)), status=status, content_type="application/json")
    return render(request, "error.html", {"status": status, "detail": detail}, status=status)
