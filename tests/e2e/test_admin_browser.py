"""An operator's day in a real browser: log in, see the shard picker work, find an account and land on its shard.

And the one page that users have here, where the link leads that they were sent for a new password.
"""

import os
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts import tasks
from accounts.models import Account
from accounts.models.account import ADMINISTRATOR, OPERATOR
from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals.market import feed as market_feed
from signals.models import SignalAlarm
from signals.tracking.update import update_all
from tests.admin_rows import COLUMNS

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

# Playwright keeps an event loop in this thread, in which Django would refuse to talk to databases.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PASSWORD = "the operator's password"
ALARMS = "/api/v1/signals/alarms"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's browser, told to leave the network alone."""
    quiet = ["quic", "background-networking", "component-update", "sync", "gpu"]
    return {
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)],
    }


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Where `page.goto` starts; without this fixture Playwright's own warns of its deprecated shape."""
    return str(live_server.url)


@pytest.fixture
def alarms(make_account: Callable[..., SignedUp]) -> dict[int, SignedUp]:
    """Shard -> an account that lives there and has one alarm, of a symbol that only it watches."""
    accounts = {1: make_account("one", shard=1), 2: make_account("two", shard=2)}
    for shard_id, account in accounts.items():
        columns = COLUMNS[SignalAlarm](shard_id)
        columns |= {"account_db_key": account.account_db_key, "symbol": f"SYM{shard_id}"}
        with on_shard(shard_id):
            SignalAlarm.objects.create(**columns)
    return accounts


@pytest.fixture
def operator(make_account: Callable[..., SignedUp], page: Page) -> Page:
    log_in(make_account, page, OPERATOR)
    return page


def log_in(make_account: Callable[..., SignedUp], page: Page, level: int) -> None:
    account = make_account("operator", shard=1)
    Account.objects.filter(pk=account.account_db_key).update(account_level=level, password=make_password(PASSWORD))
    page.goto("/admin/")
    page.get_by_label("Account id").fill("operator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Databases")).to_be_visible()


def test_the_picker_changes_what_the_alarm_list_shows(operator: Page, alarms: dict[int, SignedUp]) -> None:
    picker, rows = operator.get_by_label("Shard", exact=True), operator.locator("#result_list tbody")
    operator.locator("h2", has_text="On the chosen shard").first.click()
    operator.locator("a[href='/admin/signals/signalalarm/']").click()
    expect(picker).to_have_value("shard_1")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("SYM1")

    picker.select_option("Shard 2")
    expect(rows).to_contain_text("SYM2")
    expect(rows).to_have_count(1)

    operator.get_by_role("link", name="SYM2").click()
    expect(operator.get_by_text("Apple Inc.")).to_be_visible()
    expect(picker).to_have_value("shard_2")


def test_an_account_is_found_and_lands_on_its_shard(operator: Page, alarms: dict[int, SignedUp]) -> None:
    errors: list[str] = []
    operator.on("pageerror", lambda error: errors.append(str(error)))
    expect(operator.get_by_label("Shard", exact=True)).to_have_value("shard_1")

    search = operator.get_by_label("Find an account")
    search.fill("two@example.com")
    search.press("Enter")
    expect(operator).to_have_url(re.compile(rf"/accounts/account/{alarms[2].account_db_key}/change/$"))
    expect(operator.get_by_label("Shard", exact=True)).to_have_value("shard_2")

    operator.locator("#content").get_by_role("link", name="Alarms", exact=True).click()
    rows = operator.locator("#result_list tbody")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("SYM2")
    expect(operator.get_by_label("Shard", exact=True)).to_have_value("shard_2")
    assert errors == []


def test_an_account_is_blocked_and_its_token_refused(
    page: Page,
    make_account: Callable[..., SignedUp],
    bearer: Callable[[int], dict[str, str]],
    client: Client,
) -> None:
    user = make_account("user", shard=1)
    token = bearer(user.account_db_key)
    assert client.get(ALARMS, headers=token).status_code == 200
    log_in(make_account, page, ADMINISTRATOR)
    page.goto(f"/admin/accounts/account/{user.account_db_key}/change/")
    page.get_by_label("Why").fill("sells tips in the chat")
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_text("Done: Block.")).to_be_visible()
    trail = page.locator("#account-page section", has_text="Audit trail")
    expect(trail).to_contain_text("sells tips in the chat")
    refused = client.get(ALARMS, headers=token)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_unknown")


def test_a_lost_password_is_replaced_on_the_page_of_the_link(
    page: Page,
    make_account: Callable[..., SignedUp],
    base_url: str,
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.PASSWORD_RESET_URL = f"{base_url}/reset-password"
    monkeypatch.setattr(tasks.code_send, "delay", tasks.code_send.run)
    make_account("forgetful")
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/reset-password")
    page.get_by_label("E-mail address").fill("forgetful@example.com")
    page.get_by_role("button", name="Send a link").click()
    expect(page.get_by_text("a link is on its way")).to_be_visible()

    link = next(line for line in str(mail.outbox[0].body).splitlines() if line.startswith(base_url))
    page.goto("about:blank")  # from the same page, what stands behind # would be no new one
    page.goto(link)
    expect(page).to_have_url(f"{base_url}/reset-password")  # the token is in no history
    page.get_by_label("New password").fill("password")
    page.get_by_label("The same again").fill("passwort")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("not the same")).to_be_visible()
    page.get_by_label("The same again").fill("password")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("too common")).to_be_visible()
    page.get_by_label("New password").fill("found in a drawer")
    page.get_by_label("The same again").fill("found in a drawer")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is changed")).to_be_visible()

    body = {"account_id": "forgetful", "password": "found in a drawer"}
    assert client.post("/api/v1/auth/login", body, content_type="application/json").status_code == 200
    assert errors == []
    token = link.partition("#")[2]
    assert [url for url in asked if not url.startswith((base_url, "about:")) or token in url.partition("#")[0]] == []


def test_a_symbol_s_chart_is_drawn_and_loads_nothing_from_elsewhere(operator: Page, base_url: str) -> None:
    market_feed.load_symbols()
    market_feed.load_bars(after=date(2002, 1, 1), until=date(2003, 12, 31))
    update_all()
    errors: list[str] = []
    asked: list[str] = []
    operator.on("pageerror", lambda error: errors.append(str(error)))
    operator.on("request", lambda request: asked.append(request.url))
    operator.goto("/admin/signals/marketsymbol/AAPL/change/")
    chart = operator.locator("#symbol-chart")
    expect(chart.locator("canvas")).to_have_count(3)
    wins = chart.locator('[data-count="win"]')
    expect(wins).not_to_have_text("0")
    expect(chart.locator("[data-health]")).to_have_text(re.compile("healthy, (Long|Short|Neutral)"))

    before = wins.text_content()
    chart.get_by_label("Sessions").select_option("60")
    expect(wins).not_to_have_text(str(before))
    chart.get_by_role("spinbutton", name="k").fill("9")
    chart.get_by_role("spinbutton", name="k").press("Enter")
    expect(chart.get_by_text("No bar can leave such a band")).to_be_visible()
    assert errors == []
    assert [url for url in asked if not url.startswith(base_url)] == []
