"""Every field of every request body in the schema, with what nobody should send; none of it changes a row."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.platform import PASSWORD, SERVICE_TOKEN, Platform, User

ALARM = {
    "window": 20,
    "k": "2",
    "note": "never",
    "side": "BUY",
    "cooldown": 5,
    "hysteresis": 25,
    "expires_on": "2030-01-02",
}

OWN = {"signals_ingest": {"Authorization": f"Bearer {SERVICE_TOKEN}"}}  # headers of operations that are no user's
NEVER = {"symbol": "NEVER", "session": "2012-02-01", "side": "BUY", "confidence": "0.5", "model_version": "never"}

NOBODY = "00000000-0000-7000-8000-000000000000"  # the id of no message

# operation -> a body that is right, with every field of the schema.
BODIES: dict[str, dict[str, Any]] = {
    "auth_signup": {
        "account_id": "never-made",
        "password": PASSWORD,
        "nickname": "Never",
        "email": "never@example.com",
        "platform_type": 1,
    },
    "auth_password": {"current_password": "never the present one", "new_password": PASSWORD},
    "auth_reset_request": {"email": "never@example.com", "platform_type": 1},
    "auth_reset_password": {"token": "never-sent", "new_password": PASSWORD},
    "auth_verify_email": {"code": "000000"},
    "auth_verify_phone": {"code": "000000"},
    "auth_login_second_step": {"ticket": "never-given", "code": "000000"},
    "auth_totp_begin": {"current_password": "never the present one"},
    "auth_totp_confirm": {"code": "000000"},
    "auth_totp_remove": {"current_password": "never the present one", "code": "000000"},
    "auth_login": {"account_id": "never-made", "password": PASSWORD, "platform_type": 1},
    # A sale of what is not held: no body, right or wrong, changes a row.
    "portfolio_orders_create": {
        "client_order_id": "never",
        "symbol": "MSFT",
        "side": "SELL",
        "order_type": "LIMIT",
        "quantity": "1",
        "limit_price": "30",
        "time_in_force": "GTC",
    },
    "signals_alarms_create": {"symbol": "MSFT", **ALARM},
    "signals_ingest": {"signals": [NEVER]},
    "profile_setup": {
        "investment_experience": "EXPERT",
        "risk_tolerance": "MODERATE",
        "investment_goal": "INCOME",
        "monthly_budget": "10",
    },
    "profile_update": {
        "nickname": "Never",
        "email": "never@example.com",
        "phone_number": "+821012345678",
        "birth_date": "1990-02-28",
        "gender": "F",
        "investment_experience": "EXPERT",
        "risk_tolerance": "MODERATE",
        "investment_goal": "INCOME",
        "monthly_budget": "10",
        "country": "USA",
        "timezone": "America/New_York",
        "language": "en",
        "currency": "USD",
        "theme": "dark",
        "current_password": PASSWORD,
    },
    "notification_settings_update": {
        "email_notifications_enabled": False,
        "sms_notifications_enabled": True,
        "push_notifications_enabled": False,
        "price_alert_enabled": False,
        "news_alert_enabled": False,
        "portfolio_alert_enabled": True,
        "trade_alert_enabled": False,
    },
    "api_keys_put": {
        "korea_investment_app_key": "never",
        "korea_investment_app_secret": "never",
        "alpha_vantage_key": "never",
        "polygon_key": "never",
        "finnhub_key": "never",
        "korea_investment_quote_allowed": False,
        "korea_investment_trade_allowed": False,
        "alpha_vantage_quote_allowed": False,
        "polygon_quote_allowed": False,
        "finnhub_quote_allowed": False,
    },
    "payments_plan_change": {
        "payment_plan": "BASIC",
        "billing_cycle": "YEARLY",
        "payment_method_id": "01890000-0000-7000-8000-000000000000",
    },
    "payments_plan_renewal": {"auto_renewal": False},
    "payments_methods_add": {"provider_token": "ok_4242"},
    "profile_withdraw": {"current_password": "wrong"},
    "devices_register": {"push_token": "never", "device_type": "ios", "device_name": "never"},
    "notifications_price_alarms_create": {"symbol": "NEVER", "target_price": "1000"},
    "notifications_preferences_update": {
        "quiet_from": "22:00",
        "quiet_until": "07:00",
        "is_advertising_allowed": False,
    },
    "notifications_preference_put": {"is_enabled": True, "min_priority": 3},
    "notifications_webhooks_create": {"url": "https://8.8.8.8/"},
    "tutorial_progress_complete": {"step_number": 3},
    "chat_rooms_create": {"title": "never", "ai_persona": "guide"},
    "chat_rooms_update": {
        "title": "never",
        "ai_persona": "guide",
        "is_archived": True,
        "current_message_id": NOBODY,
    },
    "chat_messages_send": {
        "content": "never",
        "client_message_id": "never",
        "edited_message_id": NOBODY,
        "reply": False,
    },
    "chat_messages_regenerate": {"client_message_id": "never"},
    "chat_messages_continue": {"client_message_id": "never"},
    "signals_alarms_update": {"is_active": False, "never_expires": False, **ALARM},
}
WRONG: dict[str, list[Any]] = {
    "string": ["nul\0inside", "x" * 100_000, ["list"], {"an": "object"}, True, 5, 1.5, None],
    "integer": ["1\0", "ten", "20", "", -1, 0, 10**30, 2.5, [2], {"2": 2}, True, None],
    "decimal": ["1\0", "ten", "", -1, 0, 10**30, "1.0001", "1e9", "NaN", [2], {"2": 2}, True, None],
    "array": [
        "text",
        {},
        [],
        [None],
        [["x"]],
        [NEVER | {"side": "HOLD"}],
        [NEVER | {"symbol": "nul\0"}],
        True,
        5,
        None,
    ],
    "boolean": ["perhaps", "true", "", 1, 2, [True], {"true": 1}, None],
}
TAKEN: dict[str, list[Any]] = {
    "monthly_budget": [0, "1.0001", "1e9"],
    "cooldown": [0],
    "hysteresis": [0],
}  # what is wrong elsewhere and right here
MEGABYTE = 1024 * 1024


@pytest.fixture
def quiet(platform: Platform) -> Iterator[Platform]:
    """No worker writes meanwhile, so that whatever changes was changed by a request."""
    platform.stop("beat")
    platform.stop("worker")
    yield platform
    platform.start("worker")
    platform.start("beat")


def requests_of(platform: Platform, user: User) -> dict[str, tuple[str, str, dict[str, list[Any]]]]:
    """Operation -> method, path and the wrong values of each field, of every operation that takes JSON."""
    alarm_id = user.watch("IBM")["alarm_id"]
    room_id = user.post("chat/rooms", {"ai_persona": "guide"})["room_id"]
    user.http.get(f"{platform.site}/api/v1/portfolio/account")  # opens the cash account
    schema = user.http.get(f"{platform.site}/api/schema/?format=json").json()
    found = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if "application/json" in operation.get("requestBody", {"content": ()})["content"]:
                reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                fields = schema["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
                ids = {"alarm_id": alarm_id, "tutorial_type": "CHAT", "room_id": room_id, "message_id": NOBODY}
                ids |= {"type_id": "PRICE_ALERT", "channel": "sms"}
                found[operation["operationId"]] = (
                    method.upper(),
                    platform.site + filled(path, ids),
                    {name: wrong_values(name, field) for name, field in fields.items()},
                )
    return found


def filled(path: str, ids: dict[str, str]) -> str:
    """The path with the parameters that are known."""
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def kind(field: dict[str, Any]) -> str:
    """A field that only refers to another schema is a choice of numbers."""
    return "decimal" if field.get("format") == "decimal" else str(field.get("type", "integer"))


def wrong_values(name: str, field: dict[str, Any]) -> list[Any]:
    taken = [*TAKEN.get(name, []), *([None] if field.get("nullable") else [])]
    return [value for value in WRONG[kind(field)] if value not in taken]


def checksums(platform: Platform) -> dict[str, list[tuple[Any, ...]]]:
    """Of every table on every database."""
    result = {}
    for database in platform.stack.databases:
        tables = platform.query(
            database,
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
        )
        names = ", ".join(sorted(name for (name,) in tables))
        result[database] = platform.query(database, f"CHECKSUM TABLE {names}")
    return result


def assert_refused(answer: httpx.Response, what: str) -> None:
    assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code} {answer.text[:500]}"
    assert set(answer.json()) == {"code", "detail", "fields"}, f"{what}: {answer.text[:500]}"


def test_no_wrong_value_of_any_field_is_taken_or_changes_a_row(quiet: Platform) -> None:
    user = quiet.user()
    operations = requests_of(quiet, user)
    assert {name: set(fields) for name, (_, _, fields) in operations.items()} == {
        name: set(body) for name, body in BODIES.items()
    }, "the schema has a field or a body that this test does not know"
    before = checksums(quiet)

    for name, (method, url, fields) in operations.items():
        for field, values in fields.items():
            for value in values:
                answer = user.http.request(method, url, json=BODIES[name] | {field: value}, headers=OWN.get(name))
                assert_refused(answer, f"{name} {field}={str(value)[:30]!r} of {type(value).__name__}")

    assert checksums(quiet) == before


def test_no_wrong_body_is_taken_or_changes_a_row(quiet: Platform) -> None:
    user = quiet.user()
    operations = requests_of(quiet, user)
    before = checksums(quiet)
    for name, (method, url, _) in operations.items():
        large = json.dumps(BODIES[name] | {"note": "x" * 10 * MEGABYTE}).encode()
        not_json = [b"{", b"[]", b'"text"', b"null", b'{"window": NaN}', b"\xff\xfe", b'{"note": "\\ud800"}']
        for site in (quiet.site, quiet.behind_nginx):  # nginx refuses the large one; Django does where there is none
            where = url.replace(quiet.site, site)
            headers = {"Content-Type": "application/json"} | OWN.get(name, {})
            for content in (large, *not_json, *([b""] if method == "POST" else [])):  # a PATCH of nothing is fine
                answer = user.http.request(method, where, content=content, headers=headers)
                assert_refused(answer, f"{name} {content[:30]!r} at {site}")
            answer = user.http.request(method, where, content=large, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
            assert answer.headers["Connection"] == "close", "or the next request may meet a connection that just ended"
            answer = user.http.request(method, where, content=b"a=b", headers=headers | {"Content-Type": "text/plain"})
            assert answer.status_code == 415

    assert checksums(quiet) == before


def test_no_wrong_query_is_a_fault(quiet: Platform) -> None:
    user = quiet.user()
    before = checksums(quiet)
    schema = user.http.get(f"{quiet.site}/api/schema/?format=json").json()
    asked = 0
    for path, operations in schema["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", []):
            if parameter["in"] == "query":
                for value in ("nul\0inside", "x" * 5000, "😀' OR 1=1 --\\" * 50):
                    answer = user.http.get(
                        quiet.site + path.replace("{alarm_id}", "0"), params={parameter["name"]: value}
                    )
                    assert_refused(answer, f"{path}?{parameter['name']}={value[:20]!r}")
                    asked += 1
    assert asked > 20
    assert checksums(quiet) == before


FREE_TEXT = (
    "  quotes ' \" ` and backslash \\ \\' \\0 %s %% ; -- /* 한국어 \t\n é e\u0301 😀 👩\u200d👩\u200d👧 \u202e end  "
)


def test_free_text_comes_back_byte_for_byte(platform: Platform) -> None:
    http = platform.client()
    account_id = "o'brien\"\\😀%s;--é"
    credentials = {"account_id": account_id, "password": FREE_TEXT}
    nickname = FREE_TEXT[:20]  # a longer one would be too much like the password
    body = credentials | {"nickname": nickname, "email": "o'brien+tag@example.com"}

    signed_up = http.post("auth/signup", json=body)
    assert signed_up.status_code == 201, signed_up.text
    assert signed_up.json()["account_id"] == account_id
    assert signed_up.json()["nickname"] == nickname
    login = http.post("auth/login", json=credentials)
    assert login.status_code == 200, login.text
    assert login.json()["nickname"] == nickname
    stripped = http.post("auth/login", json=credentials | {"password": FREE_TEXT.strip()})
    assert stripped.status_code == 401

    http.headers["Authorization"] = f"Bearer {login.json()['token']}"
    alarm = http.post("signals/alarms", json={"symbol": "AAPL", "note": FREE_TEXT}).json()
    assert alarm["note"] == FREE_TEXT
    changed = FREE_TEXT[::-1]
    assert http.patch(f"signals/alarms/{alarm['alarm_id']}", json={"note": changed}).json()["note"] == changed
    assert http.get("signals/alarms").json()["results"][0]["note"] == changed
    key = login.json()["account_db_key"]
    mapping = "SELECT shard_id FROM table_user_shard_mapping WHERE account_db_key = %s"
    ((shard_id,),) = platform.query("global", mapping, key)
    note = "SELECT note FROM table_signal_alarms WHERE account_db_key = %s"
    assert platform.query(f"shard_{shard_id}", note, key) == [(changed,)]
