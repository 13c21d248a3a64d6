"""The sidebar shows where one is: one page of it, never two."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from config.navigation import groups


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("index", ["Overview"]),
        ("shards_errorlog_changelist", ["Error log"]),
        ("shards_errorlog_faults", ["Faults"]),
        ("shards_universaloutbox_changelist", ["Outbox, waiting"]),
        ("shards_universaloutbox_health", ["Outbox, health"]),
        ("password_change", []),
    ],
)
def test_one_page_is_marked(name: str, marked: list[str], rf: RequestFactory) -> None:
    request = rf.get(reverse(f"admin:{name}"))
    items = [item for group in groups(request) for item in group["items"]]
    assert [item["title"] for item in items if item["active"]] == marked


def test_the_page_of_a_row_belongs_to_its_list(rf: RequestFactory) -> None:
    request = rf.get(reverse("admin:accounts_account_change", args=[1000]))
    items = [item for group in groups(request) for item in group["items"]]
    assert [item["title"] for item in items if item["active"]] == ["Accounts"]
