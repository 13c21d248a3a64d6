"""What an API request is spared, and what it is not."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from rest_framework import serializers

from accounts.procedures import SignedUp
from config import paging
from config.middleware import AdminOnly, Authentication, Csrf, Sessions

pytestmark = pytest.mark.django_db(databases="__all__")

PROFILE, ALARMS = "/api/v1/profile", "/api/v1/signals/alarms"


@pytest.fixture
def headers(make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(make_account("alice", shard=1).account_db_key)


@pytest.mark.parametrize(
    ("accept", "query", "status"),
    [
        ("*/*", "", 200),
        ("application/json", "", 200),
        ("text/html, application/json;q=0.9", "", 200),
        ("*/*", "?format=json", 200),
        ("text/html", "", 406),
        ("*/*", "?format=xml", 404),
    ],
)
def test_what_an_answer_may_be(headers: dict[str, str], accept: str, query: str, status: int) -> None:
    answer = Client().get(PROFILE + query, headers=headers | {"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")


def test_methods_are_told(headers: dict[str, str]) -> None:
    client = Client(headers=headers)
    assert client.delete(PROFILE)["Allow"] == client.options(PROFILE)["Allow"] == "GET, PATCH, HEAD, OPTIONS"
    assert client.delete(PROFILE).status_code == 405
    unheard_of = client.generic("CALLER", PROFILE)  # the name of something else that the view has
    assert (unheard_of.status_code, unheard_of["Allow"]) == (405, "GET, PATCH, HEAD, OPTIONS")
    assert client.get(PROFILE)["Allow"] == "GET, PATCH, HEAD, OPTIONS"


def test_an_api_request_passes_all_that_is_for_the_admin_in_one_step() -> None:
    def view(request: Any) -> Any:
        raise AssertionError("nobody asked")

    def wrapped(middleware: Any) -> Any:
        def inner(request: Any) -> Any:
            return middleware(request)

        inner.__wrapped__ = middleware  # type: ignore[attr-defined]  # as convert_exception_to_response leaves it
        return inner

    outermost: AdminOnly = Sessions(wrapped(Csrf(wrapped(Authentication(view)))))
    assert outermost.past_these is view
    assert outermost.get_response is not view


def test_a_path_leads_where_it_led_before() -> None:
    assert resolve(ALARMS).func is resolve(ALARMS).func
    assert resolve(f"{ALARMS}/{'0' * 8}-{'0' * 4}-7000-8000-{'0' * 12}").kwargs != {}
    for _ in range(2):
        with pytest.raises(Resolver404):
            resolve("/api/v1/nothing")


class _Input(paging.PageInput):
    words = serializers.ListField(child=serializers.CharField(), default=list)


def test_requests_that_are_checked_at_the_same_time_do_not_meet() -> None:
    def check(number: int) -> Any:
        if number % 3 == 0:
            with pytest.raises(serializers.ValidationError) as refused:
                paging.checked(_Input, {"limit": number + 1_000})
            return set(refused.value.detail)
        checked = paging.checked(_Input, {"limit": number, "cursor": str(number)})
        checked["words"].append("mine")
        return checked

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(check, range(1, 200)))
    assert found == [
        {"limit"} if number % 3 == 0 else {"limit": number, "cursor": str(number), "words": ["mine"]}
        for number in range(1, 200)
    ]


def test_connections_are_looked_after_around_each_request_and_nothing_else_is() -> None:
    """In a process of its own: whoever counts queries, as other tests do, connects Django's `reset_queries` again."""
    code = """
import django
django.setup()
from django.core.signals import request_finished, request_started
for signal in (request_started, request_finished):
    print(sorted(receiver.__name__ for receiver in signal._live_receivers(None)[0]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['close_old_connections']", "['close_old_connections', 'reset_urlconf']"]
