"""The README's calls once more, by a client that a program made of the schema."""

import importlib
import json
import subprocess
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.e2e.market import expected_signals
from tests.e2e.platform import PASSWORD, Platform, eventually

PACKAGE = "generated_client"
OPERATIONS = {
    "auth": ["auth_signup", "auth_login", "auth_logout"],
    "signals": [
        "signals_alarms_create",
        "signals_alarms_list",
        "signals_alarms_get",
        "signals_alarms_update",
        "signals_alarms_delete",
        "signals_history",
        "signals_statistics",
        "signals_symbols",
    ],
    "notifications": ["notifications_list", "notifications_read"],
}


@pytest.fixture
def api(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The generated package: its operations by name, its models and its two clients."""
    config = tmp_path / "config.yml"
    config.write_text("post_hooks: []\n")  # or it would format what nobody reads
    schema = tmp_path / "schema.json"
    described = platform.client().get(f"{platform.site}/api/schema/?format=json").json()
    del described["paths"]["/api/v1/profile/image"]  # the generator knows no bodies and answers that are pictures
    schema.write_text(json.dumps(described))
    made_of = ["--path", str(schema), "--config", str(config), "--output-path", str(tmp_path / PACKAGE)]
    done = subprocess.run(
        ["openapi-python-client", "generate", *made_of, "--meta", "none", "--fail-on-warning"],
        env=platform.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module(PACKAGE)
    operations = {
        name: importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")
        for tag, names in OPERATIONS.items()
        for name in names
    }
    return SimpleNamespace(
        **operations,
        models=importlib.import_module(f"{PACKAGE}.models"),
        Client=package.Client,
        AuthenticatedClient=package.AuthenticatedClient,
    )


def call(operation: Any, status: int, *path: Any, **arguments: Any) -> Any:
    """The parsed answer, of the type that the schema says."""
    answer = operation.sync_detailed(*path, **arguments)
    assert answer.status_code == status, answer.content
    return answer.parsed


def test_a_client_generated_from_the_schema_makes_the_first_calls(platform: Platform, api: SimpleNamespace) -> None:
    models = api.models
    credentials = {"account_id": "generated", "password": PASSWORD}
    with api.Client(base_url=platform.site) as anonymous:
        body = models.SignupInputRequest(**credentials, nickname="Generated", email="generated@example.com")
        signed_up = call(api.auth_signup, 201, client=anonymous, body=body)
        login = call(api.auth_login, 200, client=anonymous, body=models.LoginInputRequest(**credentials))
        taken = call(api.auth_signup, 409, client=anonymous, body=body)
    assert isinstance(taken, models.Error)
    assert taken.code == models.ErrorCode.ACCOUNT_ID_TAKEN
    assert login.account_db_key == signed_up.account_db_key

    with api.AuthenticatedClient(base_url=platform.site, token=login.token) as client:
        assert [row.symbol for row in call(api.signals_symbols, 200, client=client, q="app").results] == ["AAPL"]
        body = models.AlarmCreateInputRequest(symbol="AAPL", window=10, k="1.5")
        alarm = call(api.signals_alarms_create, 201, client=client, body=body)
        shown = call(api.signals_alarms_get, 200, alarm.alarm_id, client=client)
        assert shown.to_dict() | {"preview": alarm.preview.to_dict()} == alarm.to_dict()

        platform.feed(25, every=0.02)
        expected = expected_signals("AAPL", 10, "1.5", alarm.since_session, platform.latest_session())
        judged = [signal for signal in expected if signal.price_after_1d]

        def all_judged() -> Any:
            found = call(api.signals_statistics, 200, client=client)
            return found if found.evaluated_signals == len(judged) else None

        statistics = eventually(all_judged, "every signal judged")
        assert (statistics.total_signals, statistics.pending_signals) == (len(expected), len(expected) - len(judged))
        history = call(api.signals_history, 200, client=client, symbol="AAPL").results
        assert sorted(Decimal(row.signal_price) for row in history) == sorted(
            Decimal(signal.signal_price) for signal in expected
        )

        newest, *_ = eventually(lambda: call(api.notifications_list, 200, client=client).results, "a notification")
        assert newest.data["symbol"] == "AAPL"
        assert call(api.notifications_read, 200, newest.notification_id, client=client).is_read is True

        body = models.PatchedAlarmUpdateInputRequest(is_active=False, note="rest")
        changed = call(api.signals_alarms_update, 200, alarm.alarm_id, client=client, body=body)
        assert (changed.is_active, changed.note) == (False, "rest")
        assert call(api.signals_alarms_list, 200, client=client).results == [changed]
        call(api.signals_alarms_delete, 204, alarm.alarm_id, client=client)
        call(api.auth_logout, 204, client=client)
        assert call(api.signals_alarms_list, 401, client=client).code == models.ErrorCode.SESSION_UNKNOWN
