"""The admin in Korean: as the browser wants it, or as the operator switches to; the API stays English."""

import gettext
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from accounts.models.account import OPERATOR
from config.navigation import GROUPS

CATALOG = settings.LOCALE_PATHS[0] / "ko" / "LC_MESSAGES"
ENTRY = re.compile(r'^msgid (".+")\nmsgstr (".+")$', re.MULTILINE)
Console = Callable[[int], Client]
database = pytest.mark.django_db(databases="__all__")


@database
def test_a_korean_browser_gets_the_start_page_and_the_shards_in_korean(console: Console) -> None:
    client = console(OPERATOR)
    korean = {"headers": {"accept-language": "ko-KR,ko;q=0.9,en;q=0.8"}}
    pages = {
        "/admin/": ["개요", "마지막으로 본", "샤드 2", "활성", "배달 불능", "실패했거나 중단되었거나 늦은 작업"],
        "/admin/shards/shardconfig/1/change/": ["샤드 이름", "위치", "집계 시각"],
        "/admin/shards/shardconfig/": ["최대 10,000행", "활성 사용자"],
        "/admin/shards/shardconfig/health/shard_1/": ["지연 시간", "가장 큰 테이블", "24시간"],
    }
    for url, words in pages.items():
        answer = client.get(url, **korean)  # type: ignore[arg-type]
        assert answer["Content-Language"] == "ko"
        text = answer.content.decode()
        assert [word for word in words if word not in text] == [], url
    header = b"".join(client.get("/admin/shards/shardconfig/export/", **korean))  # type: ignore[arg-type]
    assert header.decode().startswith("\ufeff데이터베이스,샤드 이름,")


@database
def test_the_switch_is_remembered_and_the_next_request_of_the_api_is_english(console: Console) -> None:
    client = console(OPERATOR)
    assert "Overview" in client.get("/admin/").content.decode()
    switched = client.post("/i18n/setlang/", {"language": "ko", "next": "/admin/"}, follow=True)
    assert "개요" in switched.content.decode()
    refused = client.post("/api/v1/auth/login", {}, content_type="application/json", headers={"accept-language": "ko"})
    assert refused.json()["fields"]["account_id"] == ["This field is required."]
    assert translation.get_language() == "en"


def test_every_title_of_the_navigation_has_a_korean_one() -> None:
    titles = [title for title in GROUPS if title] + [page.title for pages in GROUPS.values() for page in pages]
    with translation.override("ko"):
        assert [title for title in titles if translation.gettext(title) == title] == []


def test_the_compiled_catalog_is_that_of_its_source() -> None:
    """After a change: msgfmt django.po -o django.mo"""
    with (CATALOG / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    entries = ENTRY.findall((CATALOG / "django.po").read_text())
    assert len(entries) > 100
    for source, text in entries:
        assert compiled.gettext(source[1:-1]) == text[1:-1]
