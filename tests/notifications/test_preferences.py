"""What an account says of its notifications: quiet hours, single types and channels."""

from typing import Any

import pytest

from notifications.delivery.plan import plan
from notifications.models import NotificationSettings
from shards.scope import on_shard
from tests.notifications.conftest import URL, Api, create

pytestmark = pytest.mark.django_db(databases="__all__")
DEFAULTS: dict[str, Any] = {
    "language": "ko", "timezone": "Asia/Seoul", "quiet_from": None, "quiet_until": None,
    "is_advertising_allowed": False, "preferences": [],
}  # fmt: skip


def patch(api: Api, **body: Any) -> Any:
    return api.client.patch(f"{URL}/preferences", body, content_type="application/json", headers=api.headers)


def put(api: Api, path: str, **body: Any) -> Any:
    return api.client.put(f"{URL}/preferences/{path}", body, content_type="application/json", headers=api.headers)


def test_what_is_given_changes_and_the_rest_stays(api: Api) -> None:
    assert api.get("/preferences") == DEFAULTS
    with on_shard(2):
        NotificationSettings.objects.create(account_db_key=api.key, trade_alert_enabled=False, version=7)
    quiet = {"quiet_from": "22:30", "quiet_until": "07:00"}
    assert patch(api, **quiet).json() == DEFAULTS | quiet
    assert patch(api, is_advertising_allowed=True).json() == DEFAULTS | quiet | {"is_advertising_allowed": True}
    assert patch(api, quiet_from=None, quiet_until=None).json()["quiet_until"] is None
    with on_shard(2):
        row = NotificationSettings.objects.get(pk=api.key)
    assert (row.trade_alert_enabled, row.version, row.language) == (False, 7, "ko")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"quiet_from": "22:30"}, "quiet_hours_incomplete"),
        ({"quiet_from": "24:00", "quiet_until": "07:00"}, "invalid"),
        ({"quiet_from": "7:00", "quiet_until": "08:00"}, "invalid"),
        ({"is_advertising_allowed": "yes"}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(api: Api, body: dict[str, Any], code: str) -> None:
    answer = patch(api, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert api.get("/preferences") == DEFAULTS


def test_a_type_and_a_channel_have_a_preference_of_their_own(api: Api) -> None:
    sms = {"type_id": "PRICE_ALERT", "channel": "sms", "is_enabled": True, "min_priority": 2}
    mail = {"type_id": "PRICE_ALERT", "channel": "email", "is_enabled": False, "min_priority": 5}
    put(api, "PRICE_ALERT/sms", is_enabled=True, min_priority=4)
    put(api, "PRICE_ALERT/email", is_enabled=False)
    assert put(api, "PRICE_ALERT/sms", is_enabled=True, min_priority=2).json()["preferences"] == [mail, sms]
    for path in ("NOTHING/sms", "PRICE_ALERT/pigeon", "PRICE_ALERT/in_app"):
        answer = put(api, path, is_enabled=True)
        assert (answer.status_code, answer.json()["code"]) == (404, "notification_channel_unknown")
    made = create(api.key)
    with on_shard(2):
        plan()
    found = {row["channel"]: row["decision"] for row in api.get(f"/{made.notification_id}/trace")["results"]}
    assert found["email"] == "preference_off"
