"""Whatever fails is answered in one shape: {"code", "detail", "fields"}."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from accounts import services
from accounts.exceptions import AccountIdTaken, CredentialsInvalid, SessionUnknown
from config.env import BASE_DIR
from config.errors import GENERIC, codes, handler
from config.refusals import BY_CODE, Refusal
from config.throttling import Throttled
from shards.exceptions import ShardUnavailable

SIGNUP = "/api/v1/auth/signup"


@pytest.mark.parametrize(
    ("error", "status", "code", "fields"),
    [
        (AccountIdTaken(), 409, "account_id_taken", {"account_id": [AccountIdTaken.detail]}),
        (CredentialsInvalid(), 401, "credentials_invalid", {}),
        (ShardUnavailable(2), 503, "shard_unavailable", {}),
        (Http404("a secret"), 404, "not_found", {}),
        (RequestDataTooBig(), 413, "body_too_large", {}),
        (OperationalError(2006, "gone away"), 503, "unavailable", {}),
        (OperationalError(1213, "deadlock"), 503, "unavailable", {}),
        (InterfaceError(0, ""), 503, "unavailable", {}),
        (exceptions.ValidationError({"symbol": ["no"]}), 400, "invalid", {"symbol": ["no"]}),
        (exceptions.ValidationError(["no"]), 400, "invalid", {"non_field_errors": ["no"]}),
        (exceptions.ParseError(), 400, "malformed", {}),
        (exceptions.NotAuthenticated(), 401, "not_authenticated", {}),
        (exceptions.AuthenticationFailed(), 401, "not_authenticated", {}),
        (exceptions.PermissionDenied(), 403, "forbidden", {}),
        (exceptions.NotFound(), 404, "not_found", {}),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed", {}),
        (exceptions.NotAcceptable(), 406, "not_acceptable", {}),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type", {}),
        (Throttled(4), 429, "throttled", {}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_has_its_code_and_status(error: Exception, status: int, code: str, fields: dict[str, Any]) -> None:
    response = handler(error, {})
    assert response is not None
    assert (response.status_code, response.data["code"], response.data["fields"]) == (status, code, fields)
    assert set(response.data) == {"code", "detail", "fields"}
    assert response.data["detail"]
    assert "secret" not in response.data["detail"]
    assert codes()[code] == status
    assert ("Retry-After" in response) is (status in {429, 503})
    assert response.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize("error", [ValueError("bug"), DataError(1406, "too long"), KeyError("x")])
def test_what_nobody_expected_is_left_to_be_a_500(error: Exception) -> None:
    assert handler(error, {}) is None


def test_waits_are_whole_seconds() -> None:
    assert handler(Throttled(4), {})["Retry-After"] == "4"  # type: ignore[index]
    assert handler(Throttled(), {})["Retry-After"] == "1"  # type: ignore[index]
    assert handler(ShardUnavailable(), {})["Retry-After"] == "2"  # type: ignore[index]


def test_every_refusal_has_one_code_and_a_status_that_fits() -> None:
    assert set(BY_CODE) & set(GENERIC) == set()
    assert {refusal.code for refusal in BY_CODE.values() if not 400 <= refusal.status <= 503} == set()
    assert {refusal.code for refusal in BY_CODE.values() if refusal.status == 503 and not refusal.retry_after} == set()


def test_two_refusals_cannot_share_a_code_or_a_number() -> None:
    for taken in ({"code": SessionUnknown.code}, {"code": "fresh", "errno": SessionUnknown.errno}):
        with pytest.raises(TypeError, match="is taken by SessionUnknown"):
            type("Another", (Refusal,), taken | {"status": 400, "detail": "x"})
    BY_CODE.pop("fresh", None)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/nowhere", 404, "not_found"),
        ("get", SIGNUP, 405, "method_not_allowed"),
        ("get", "/api/v1/signals/alarms", 401, "not_authenticated"),
        ("get", "/api/v1/auth/logout/", 404, "not_found"),
    ],
)
@pytest.mark.django_db(databases="__all__")
def test_requests_that_reach_no_service(client: Client, method: str, path: str, status: int, code: str) -> None:
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer.json()["code"], set(answer.json())) == (
        status,
        code,
        {"code", "detail", "fields"},
    )
    assert answer["Content-Type"] == "application/json"


@pytest.mark.django_db(databases="__all__")
def test_a_bug_is_a_500_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(**arguments: Any) -> None:
        raise RuntimeError("hunter2 at line 1")

    monkeypatch.setattr(services, "account_signup", bug)
    client = Client(raise_request_exception=False)
    body = {"account_id": "a", "password": "p", "nickname": "n", "email": "a@example.com"}
    answer = client.post(SIGNUP, body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (
        500,
        {"code": "internal_error", "detail": "Something went wrong here; it has been logged.", "fields": {}},
    )


@pytest.mark.parametrize("environment", ["development", "test", "production"])
def test_no_environment_shows_tracebacks(environment: str) -> None:
    script = "import config.settings as s; print(s.DEBUG)"
    variables = os.environ | {
        "APP_ENV": environment,
        "DEBUG": "1",
        "DJANGO_DEBUG": "1",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "h",
        "ENCRYPTION_KEYS": "k1:" + "A" * 43 + "=",
        "EMAIL_URL": "smtp://mail.example.com:25",
    }
    for name in ("DATABASE_URL", "SHARD_1_DATABASE_URL"):
        variables[name] = "mysql://nobody@127.0.0.1:1/x"
    variables["ALLOWED_HOSTS"] = "example.com"
    variables |= {"REDIS_URL": "redis://127.0.0.1:1", "CACHE_URL": "redis://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=BASE_DIR, env=variables, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
