"""Sagas in the operators' console: the list, the timeline, and what administrators may do there."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.account import ADMINISTRATOR, OPERATOR
from shards.admin.columns import page_url
from shards.models import SagaInstance
from shards.saga.definitions import Definition, Retry, Step
from shards.saga.driver import drive
from shards.saga.models import SagaOperation
from shards.scope import on_shard
from tests.shards.saga.steps import Diary, start, status

pytestmark = pytest.mark.django_db(databases="__all__")

LogIn = Callable[[int], Client]


@pytest.fixture
def stuck(define: Callable[..., Definition], diary: Diary, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A saga on shard 1 that cannot go on: its last step fails after the pivot."""
    define(
        Step("charge", diary.does("charge"), diary.does("refund")),
        Step("announce", diary.does("announce"), retry=Retry(tries=1)),
        pivot="charge",
    )
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 3600.0)
    diary.ends = {"charge": [{"receipt": "r-17"}], "announce": [LookupError("no <b>such</b> room")]}
    with on_shard(1):
        saga_id = start()
    drive("shard_1")
    return saga_id


def operate(client: Client, saga_id: UUID, **form: str) -> int:
    return client.post(reverse("admin:shards_sagainstance_operate", args=[saga_id]), form, follow=True).status_code


def test_the_list_says_which_need_an_operator(stuck: UUID, console: LogIn) -> None:
    client = console(OPERATOR)
    page = client.get(page_url(SagaInstance, "changelist")).text
    assert "2 of 2: announce" in page
    assert "stuck" in page
    filtered = f"{page_url(SagaInstance, 'changelist')}?stuck=1"
    assert str(stuck) in client.get(filtered).text
    with on_shard(1):
        SagaInstance.objects.update(is_stuck=False)
    assert str(stuck) not in client.get(filtered).text
    assert str(stuck) in client.get(f"{page_url(SagaInstance, 'changelist')}?q=1000").text
    assert str(stuck) not in client.get(f"{page_url(SagaInstance, 'changelist')}?q=1001").text


def test_the_timeline_shows_each_step_s_input_output_error_and_tries(stuck: UUID, console: LogIn) -> None:
    page = console(OPERATOR).get(page_url(SagaInstance, "change", stuck)).text
    for text in ("1. charge", "2. announce", "completed", "running", "r-17", "amount", "1 try"):
        assert text in page, text
    assert "LookupError: no &lt;b&gt;such&lt;/b&gt; room" in page
    assert 'id="saga-operate"' not in page, "operators look"


def test_an_administrator_retries_with_a_reason(stuck: UUID, console: LogIn) -> None:
    client = console(ADMINISTRATOR)
    assert 'id="saga-operate"' in client.get(page_url(SagaInstance, "change", stuck)).text
    assert operate(client, stuck, operation="retry", reason="the room is back") == 200
    drive("shard_1")
    assert status(stuck) == "completed"
    with on_shard(1):
        done = SagaOperation.objects.get()
    assert (done.operation, done.operator, done.reason) == ("retry", "level4", "the room is back")
    page = client.get(page_url(SagaInstance, "change", stuck)).text
    assert "the room is back" in page
    assert 'id="saga-operate"' not in page, "it has ended"


def test_what_cannot_be_done_is_said_and_changes_nothing(stuck: UUID, console: LogIn) -> None:
    client = console(ADMINISTRATOR)
    url = reverse("admin:shards_sagainstance_operate", args=[stuck])
    assert "A reason is needed" in client.post(url, {"operation": "skip", "reason": " "}, follow=True).text
    assert operate(client, stuck, operation="delete", reason="x") == 403
    assert client.get(url).status_code == 405
    assert operate(console(OPERATOR), stuck, operation="abort", reason="x") == 403
    assert status(stuck) == "started"
    with on_shard(1):
        assert not SagaOperation.objects.exists()


def test_the_first_page_counts_what_is_stuck(stuck: UUID, console: LogIn) -> None:
    page = console(OPERATOR).get(reverse("admin:index")).text
    assert "Sagas stuck" in page
    assert "_database=shard_1&stuck=1" in page.replace("&amp;", "&")
