"""Bodies that are no JSON object are refused, in the one shape, and change nothing."""

import orjson
import pytest
from django.test import Client

from accounts.models import Account

pytestmark = pytest.mark.django_db(databases="__all__")

URL = "/api/v1/auth/signup"
GOOD = {"account_id": "alice", "password": "correct horse 7", "nickname": "Alice", "email": "alice@example.com"}


def with_value(name: str, raw: bytes) -> bytes:
    """A good body with one value replaced by raw JSON text."""
    return orjson.dumps(GOOD | {name: "@"}).replace(b'"@"', raw)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b"{'a': 1}",
        b'{"a": 1,}',
        with_value("platform_type", b"1e400"),
        with_value("nickname", rb'"\ud800"'),
        with_value("nickname", rb'"\udc00\ud800"'),
        with_value("nickname", b'"\xed\xa0\x80"'),
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
)
def test_what_is_no_json_object_is_malformed(client: Client, body: bytes) -> None:
    answer = client.post(URL, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"], answer.json()["fields"]) == (400, "malformed", {})
    assert not Account.objects.exists()


@pytest.mark.parametrize("body", [b" " * (1024 * 1024 + 1), b'{"a": "' + b"x" * 10_000_000 + b'"}'])
def test_a_body_over_one_megabyte_is_refused(client: Client, body: bytes) -> None:
    answer = client.post(URL, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        *((name, rb'"a\u0000b"') for name in GOOD),
        *((name, raw) for name in ("account_id", "password", "nickname") for raw in (b"null", b"[]", b"{}", b"true")),
        ("account_id", b'"' + b"x" * 101 + b'"'),
        ("account_id", b'"a b"'),
        ("account_id", b'""'),
        ("nickname", b'"' + b"x" * 51 + b'"'),
        ("email", b'"' + b"x" * 250 + b'@example.com"'),
        ("email", b'"no address"'),
        ("password", b'"' + b"x" * 1001 + b'"'),
        ("platform_type", b"3"),
        ("platform_type", b"null"),
        ("platform_type", b"{}"),
    ],
)
def test_a_value_that_does_not_fit_is_named(client: Client, name: str, raw: bytes) -> None:
    answer = client.post(URL, with_value(name, raw), content_type="application/json")
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (400, "invalid", [name])
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_another_media_type_is_refused(client: Client, content_type: str) -> None:
    answer = client.post(URL, b"account_id=alice", content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert not Account.objects.exists()


def test_free_text_comes_back_byte_for_byte(client: Client) -> None:
    nickname = "'; DROP -- \"\\ %s 😀\u200d\u00e9e\u0301\t"
    answer = client.post(URL, GOOD | {"nickname": nickname}, content_type="application/json")
    assert answer.json()["nickname"] == Account.objects.get().nickname == nickname
