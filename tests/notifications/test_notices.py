"""Operators' notices: to all, a segment or one, counted before, undone until they start, once for each account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.models.account import ADMINISTRATOR, OPERATOR
from accounts.procedures import SignedUp
from notifications.exceptions import NoticeStarted
from notifications.models import InappNotification, Notice, NotificationSettings
from notifications.notices import services
from notifications.notices.services import Segment, Words
from notifications.sweep import differences
from shards.models import AccountResidence
from shards.scope import on_shard
from signals.models import SignalAlarm
from tests.admin_rows import COLUMNS

pytestmark = pytest.mark.django_db(databases="__all__")
WORDS = Words("Maintenance", "Tonight.", "점검", "오늘 밤.")
FORM = WORDS._asdict() | {"type_id": "SYSTEM_NOTICE", "account_db_key": "", "language": "", "symbol": "", "minutes": 5}
EVERYBODY = Segment()
ADD = "/admin/notifications/notice/add/"


@pytest.fixture
def keys(make_account: Callable[..., SignedUp]) -> list[int]:
    """Two accounts on each shard; the first of each reads English, the second watches AAPL."""
    keys = [make_account(shard=shard).account_db_key for shard in (1, 1, 2, 2)]
    for shard, first, second in ((1, *keys[:2]), (2, *keys[2:])):
        with on_shard(shard):
            NotificationSettings.objects.create(account_db_key=first, language="en")
            SignalAlarm.objects.create(**COLUMNS[SignalAlarm](1) | {"account_db_key": second})
    return keys


def schedule(segment: Segment = EVERYBODY, *, type_id: str = "SYSTEM_NOTICE", wait: int = 0) -> UUID:
    return services.notice_schedule(
        type_id=type_id, words=WORDS, segment=segment, counted=0, wait=timedelta(minutes=wait), created_by=1
    )


def told() -> dict[int, str]:
    """Account -> title, on both shards; nobody has two."""
    rows: list[tuple[int, str]] = []
    for shard in (1, 2):
        with on_shard(shard):
            rows += InappNotification.objects.values_list("account_db_key", "title")
            assert differences() == []
    assert len(rows) == len(dict(rows))
    return dict(rows)


def state(notice_id: UUID) -> str:
    return Notice.objects.get(pk=notice_id).state


def test_all_get_it_once_in_their_language_in_batches(keys: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ACCOUNTS", 1)
    notice_id = schedule()
    assert services.run_all() == {str(notice_id): {"1": 2, "2": 2}}
    assert told() == dict(zip(keys, ["Maintenance", "점검"] * 2, strict=True))
    assert state(notice_id) == "done"
    assert services.notice_progress(notice_id) == {1: (2, True), 2: (2, True)}
    assert services.run_all() == {}


@pytest.mark.parametrize(
    ("segment", "who"),
    [(Segment(language="ko"), [1, 3]), (Segment(language="en"), [0, 2]), (Segment(symbol="AAPL"), [1, 3])],
)
def test_a_segment_gets_it_and_was_counted(keys: list[int], segment: Segment, who: list[int]) -> None:
    assert services.notice_count(segment=segment, type_id="SYSTEM_NOTICE") == {1: 1, 2: 1}
    schedule(segment)
    services.run_all()
    assert sorted(told()) == [keys[number] for number in who]


def test_one_gets_it(keys: list[int]) -> None:
    segment = Segment(account_db_key=keys[2])
    assert services.notice_count(segment=segment, type_id="SYSTEM_NOTICE") == {1: 0, 2: 1}
    schedule(segment)
    services.run_all()
    assert list(told()) == [keys[2]]


def test_advertising_reaches_who_wants_it_and_says_so(keys: list[int]) -> None:
    assert services.notice_count(segment=Segment(), type_id="PROMOTION") == {1: 0, 2: 0}
    with on_shard(2):
        NotificationSettings.objects.create(account_db_key=keys[3], is_advertising_allowed=True)
    schedule(type_id="PROMOTION")
    services.run_all()
    assert told() == {keys[3]: "(광고) 점검"}


def test_it_is_undone_until_it_starts_and_not_after(keys: list[int]) -> None:
    undone, started = schedule(wait=5), schedule()
    services.notice_undo(notice_id=undone)
    services.run_all()
    assert (state(undone), state(started)) == ("undone", "done")
    Notice.objects.filter(pk=undone).update(start_at="2026-01-01T00:00Z")
    assert services.run_all() == {}
    for notice_id in (undone, started):
        with pytest.raises(NoticeStarted):
            services.notice_undo(notice_id=notice_id)
    assert set(told().values()) == {"Maintenance", "점검"}


def test_who_has_moved_away_is_left_out(keys: list[int]) -> None:
    with on_shard(1):
        AccountResidence.objects.filter(pk=keys[0]).update(state="moved")
    schedule()
    services.run_all()
    assert sorted(told()) == keys[1:]


def test_an_administrator_previews_sends_watches_and_undoes(keys: list[int], console: Callable[[int], Any]) -> None:
    client = console(ADMINISTRATOR)
    assert "Preview" in client.get(ADD).text
    wrong = client.post(ADD, FORM | {"account_db_key": 99999999, "symbol": "NONE"})
    assert "There is no such account." in wrong.text
    assert "The market has no such symbol." in wrong.text
    preview = client.post(ADD, FORM | {"language": "en"})
    assert "Send to 2 accounts" in preview.text
    assert "오늘 밤." in preview.text
    assert not Notice.objects.exists()
    assert "Preview" in client.post(ADD, FORM | {"change": "yes"}).text
    sent = client.post(ADD, FORM | {"language": "en", "confirm": "yes"})
    notice = Notice.objects.get()
    assert (sent.status_code, notice.state, notice.counted, notice.language) == (302, "scheduled", 2, "en")
    page = client.get(sent["Location"])
    assert "Undo: nobody shall get it" in page.text
    undo = client.post(f"/admin/notifications/notice/{notice.pk}/undo/")
    assert undo.status_code == 302
    assert state(notice.pk) == "undone"
    assert "Undo: nobody shall get it" not in client.get(sent["Location"]).text
    services.run_all()
    assert told() == {}


def test_operators_watch_only(console: Callable[[int], Any]) -> None:
    notice_id = schedule(wait=5)
    client = console(OPERATOR)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, FORM | {"confirm": "yes"}).status_code == 403
    assert client.post(f"/admin/notifications/notice/{notice_id}/undo/").status_code == 403
    assert client.get("/admin/notifications/notice/").status_code == 200
    assert state(notice_id) == "scheduled"
