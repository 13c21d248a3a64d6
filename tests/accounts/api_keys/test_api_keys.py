"""/api/v1/api-keys: encrypted where they are, masked wherever they are shown, in clear only for who uses them."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.api_keys import selectors, services
from accounts.api_keys.exceptions import ApiKeyMissing, ApiKeyNotAllowed, ApiKeyUnreadable
from accounts.api_keys.selectors import KEYS, Credentials
from accounts.models import ApiKeys
from accounts.procedures import SignedUp
from shards.exceptions import AccountUnknown
from shards.models import ErrorLog
from tests.weakened import failing

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/api-keys"
JSON = "application/json"
APP_KEY, APP_SECRET, POLYGON = "PSED321z0000000000000000000000000A1b2", "secret/of+KIS=" * 10, "short"


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account().account_db_key


@pytest.fixture
def mine(key: int, bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(key)


def put(client: Client, headers: dict[str, str], **changes: Any) -> Any:
    return client.put(URL, changes, content_type=JSON, headers=headers)


def test_keys_are_shown_masked_and_stored_encrypted(client: Client, key: int, mine: dict[str, str]) -> None:
    answer = put(
        client, mine, korea_investment_app_key=APP_KEY, korea_investment_app_secret=APP_SECRET, polygon_key=POLYGON
    )
    assert answer.status_code == 200
    shown = answer.json()
    assert {name: shown[name] for name in KEYS} == {
        "korea_investment_app_key": "****A1b2",
        "korea_investment_app_secret": "****KIS=",
        "alpha_vantage_key": None,
        "polygon_key": "****",
        "finnhub_key": None,
    }
    assert client.get(URL, headers=mine).json() == shown
    row = ApiKeys.objects.get(account=key)
    assert [bool(getattr(row, name)) for name in KEYS] == [True, True, False, True, False]
    assert all((getattr(row, name) or "local:").startswith("local:") for name in KEYS)


def test_trading_is_off_until_it_is_allowed(client: Client, key: int, mine: dict[str, str]) -> None:
    before = client.get(URL, headers=mine).json()
    permissions = {name: value for name, value in before.items() if name.endswith("allowed")}
    assert permissions == {name: not name.endswith("trade_allowed") for name in permissions}
    put(client, mine, korea_investment_app_key=APP_KEY, korea_investment_app_secret=APP_SECRET)
    used: dict[str, Any] = {"account_db_key": key, "service": "korea_investment"}
    assert selectors.credentials(**used, permission="quote") == Credentials(APP_KEY, APP_SECRET)
    with pytest.raises(ApiKeyNotAllowed):
        selectors.credentials(**used, permission="trade")
    put(client, mine, korea_investment_trade_allowed=True, korea_investment_quote_allowed=False)
    assert selectors.credentials(**used, permission="trade") == Credentials(APP_KEY, APP_SECRET)
    with pytest.raises(ApiKeyNotAllowed):
        selectors.credentials(**used, permission="quote")


def test_a_market_data_key_never_trades(client: Client, key: int, mine: dict[str, str]) -> None:
    put(client, mine, finnhub_key=APP_KEY)
    assert selectors.credentials(account_db_key=key, service="finnhub", permission="quote") == Credentials(
        APP_KEY, None
    )
    with pytest.raises(ApiKeyNotAllowed):
        selectors.credentials(account_db_key=key, service="finnhub", permission="trade")


def test_what_is_not_given_stays_and_null_removes(client: Client, key: int, mine: dict[str, str]) -> None:
    put(client, mine, korea_investment_app_key=APP_KEY, korea_investment_app_secret=APP_SECRET, polygon_key=POLYGON)
    after = put(client, mine, korea_investment_app_secret=None).json()
    assert (after["korea_investment_app_key"], after["korea_investment_app_secret"]) == ("****A1b2", None)
    with pytest.raises(ApiKeyMissing):
        selectors.credentials(account_db_key=key, service="korea_investment", permission="quote")
    assert [client.delete(URL, headers=mine).status_code for _ in range(2)] == [204, 204]
    assert {client.get(URL, headers=mine).json()[name] for name in KEYS} == {None}


@pytest.mark.parametrize("value", ["", "with space", "nul\0", "ä", "x" * 256, 5, ["key"]])
def test_what_is_no_key_is_refused_without_an_echo(client: Client, mine: dict[str, str], value: Any) -> None:
    answer = put(client, mine, polygon_key=value)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["polygon_key"])
    assert not ApiKeys.objects.exists()


def test_nobody_reads_or_changes_another_account_s_keys(
    client: Client, key: int, mine: dict[str, str], make_account: Callable[..., SignedUp], bearer: Callable[..., Any]
) -> None:
    put(client, mine, polygon_key=APP_KEY)
    stranger = bearer(make_account().account_db_key)
    assert client.get(URL, headers=stranger).json()["polygon_key"] is None
    client.delete(URL, headers=stranger)
    put(client, stranger, polygon_key="another-key-of-the-stranger")
    assert client.get(URL, headers=mine).json()["polygon_key"] == "****A1b2"


def test_a_row_copied_to_another_account_does_not_decrypt(
    client: Client, key: int, mine: dict[str, str], make_account: Callable[..., SignedUp], bearer: Callable[..., Any]
) -> None:
    put(client, mine, polygon_key=APP_KEY, finnhub_key=APP_SECRET)
    thief = make_account().account_db_key
    ApiKeys.objects.filter(account=key).update(account_id=thief)
    assert client.get(URL, headers=bearer(thief)).json()["polygon_key"] == "unreadable"
    with pytest.raises(ApiKeyUnreadable):
        selectors.credentials(account_db_key=thief, service="polygon", permission="quote")
    row = ApiKeys.objects.get(account=thief)
    row.account_id = key
    row.polygon_key, row.finnhub_key = row.finnhub_key, row.polygon_key
    row.save()
    with pytest.raises(ApiKeyUnreadable):
        selectors.credentials(account_db_key=key, service="polygon", permission="quote")


def test_clear_keys_have_no_text_form(key: int) -> None:
    services.api_keys_save(account_db_key=key, polygon_key=APP_KEY)
    found = selectors.credentials(account_db_key=key, service="polygon", permission="quote")
    assert APP_KEY not in f"{found} {found!r} {[found]}"


def test_an_unknown_account_is_said_to_be_unknown() -> None:
    for work in (selectors.api_keys, services.api_keys_save, services.api_keys_delete):
        with pytest.raises(AccountUnknown):
            work(account_db_key=1)


@really
def test_the_error_log_masks_every_key(key: int, caplog: pytest.LogCaptureFixture) -> None:
    names = {name: f"planted-{name}-0123456789" for name in KEYS}
    with failing("default", "UPDATE", "table_user_api_keys"), pytest.raises(Exception, match="forced"):
        services.api_keys_save(account_db_key=key, **names)
    entry = ErrorLog.objects.using("default").get()
    assert entry.procedure_name == "fp_save_api_keys"
    assert entry.param is not None
    assert {name: entry.param[name] for name in KEYS} == dict.fromkeys(KEYS, "***")
    for planted in names.values():
        for form in (planted, planted.encode().hex(), b64encode(planted.encode()).decode()):
            assert form not in f"{entry.param}{entry.error_message}{caplog.text}"
    assert not ApiKeys.objects.exists(), "nothing half-made"


@really
def test_keys_saved_at_once_are_all_there(key: int, at_once: Callable[..., list[Any]]) -> None:
    """Without the primary key on the account there would be a row for each; the account's lock keeps them in turn, so
    that none meets a deadlock."""
    answers = at_once(lambda name: services.api_keys_save(account_db_key=key, **{name: APP_KEY}), *KEYS)
    assert answers == [None] * len(KEYS)
    assert {selectors.api_keys(account_db_key=key)[name] for name in KEYS} == {"****A1b2"}
