"""What every view shares: who asks, how often, and what becomes of an `Idempotency-Key`."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from hashlib import sha256
from typing import Any, ClassVar

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.sessions import Caller, live_key
from config import sse, throttling
from config.json import dumps
from config.middleware import address_of
from config.views import View
from shards.exceptions import IdempotencyKeyInvalid
from shards.idempotency.guard import Answered, Key, guard
from shards.placement import on_account
from shards.scope import Scope, on_global

EXPIRES = "X-Session-Expires"
WRITES = ("post", "put", "patch", "delete")
KEY = re.compile(r"[\x21-\x7e]{1,128}")

Handler = Callable[..., HttpResponseBase]


def client_address(request: Request) -> str:
    return address_of(request._request)


class PublicView(View):
    """Needs no token. Each address may ask so often; `throttle` names the line of `settings.THROTTLES`."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle: ClassVar[str] = "public"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        throttling.count(self.throttle, client_address(request))


class AccountView(View):
    """Its services take `self.account_db_key`, which the token says; the answer tells when the token now expires.

    Every write counts for `settings.THROTTLES["writes"]` and takes an `Idempotency-Key` without a word in the view.
    """

    writes_on: ClassVar[Scope] = Scope.SHARD  # where its services write: the account's shard, or GLOBAL
    keeps_answers: ClassVar[bool] = True  # False where an answer holds a secret: then a key has no effect

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in WRITES:
            if name in cls.__dict__:
                setattr(cls, name, _once(cls.__dict__[name]))

    @property
    def caller(self) -> Caller:
        return self.request.user  # type: ignore[return-value]  # set by BearerAuthentication

    @property
    def account_db_key(self) -> int:
        return self.caller.account_db_key

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if str(request.method).lower() in WRITES:
            throttling.count("writes", self.account_db_key)

    def handed_over(self, stream: str) -> HttpResponse:
        """Leaves the rest to the streams' process, from the client's last event on (`config.sse`)."""
        return sse.handed_over(stream, after=sse.last_event(self.request), session=live_key(self.caller))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        caller = getattr(request, "_user", None)
        if isinstance(caller, Caller):
            response[EXPIRES] = caller.expires_at.isoformat(timespec="seconds")
        return response


def _once(handler: Handler) -> Handler:
    """With an Idempotency-Key the handler runs once, and every repetition gets its answer (`shards.idempotency`)."""

    @wraps(handler)
    def write(view: AccountView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        given = request.headers.get("Idempotency-Key")
        if given is None or not view.keeps_answers:
            return handler(view, request, *args, **kwargs)
        key = Key(view.account_db_key, _route(request), _checked(given), _hash(request))
        try:
            with guard(key, _place(view)) as guarded:
                response = handler(view, request, *args, **kwargs)
                if not isinstance(response, Response):
                    guarded.release()  # a stream has no bytes yet that could be kept
                    return response
                body = b"" if response.data is None else dumps(response.data)
                guarded.finish(response.status_code, body)
                return _answer(response.status_code, body)
        except Answered as answered:
            return _answer(answered.status, answered.body)

    return write


def _place(view: AccountView) -> AbstractContextManager[None]:
    return on_global() if view.writes_on is Scope.GLOBAL else on_account(view.account_db_key)


def _route(request: Request) -> str:
    match = request.resolver_match
    return f"{request.method} {match.route if match else request.path}"


def _checked(given: str) -> str:
    if not KEY.fullmatch(given):
        raise IdempotencyKeyInvalid
    return given


def _hash(request: Request) -> bytes:
    """Of path, query and what was sent, in any order of fields. Keyed, because a body may hold a password."""
    sent: Any
    try:
        sent = request.data
    except UnsupportedMediaType:  # to be refused by the handler, unless it takes no body
        sent = request.body.hex()
    canonical = orjson.dumps([request.get_full_path(), sent], default=_plain, option=orjson.OPT_SORT_KEYS)
    return salted_hmac("shards.idempotency", canonical, algorithm="sha256").digest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, UploadedFile):
        digest = sha256(value.read()).hexdigest()
        value.seek(0)
        return digest
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _answer(status: int, body: bytes) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type="application/json")
    if not body:
        del response["Content-Type"]
    return response
