"""`manage.py import_legacy`: a thousand users of the earlier platform are here afterwards; each bad row is named."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import bcrypt
import MySQLdb
import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from accounts import keyring
from accounts.models import Account, ApiKeys, PasswordHistory, Payment, Profile, UserAccount, UserLedger, UserPortfolio
from accounts.portfolio import ledger
from chat.live import doctor
from chat.models import ChatDrift, ChatMessage, ChatRoom, ChatStatistics
from chat.seeds import seed_personas
from config.databases import from_url
from notifications.models import InappNotification
from shards.legacy import importing
from shards.models import AccountResidence, ShardStats
from shards.scope import on_shard
from shards.walk import on_each_shard
from signals import services as signals
from signals.models import KalmanHistory, SignalAlarm, SignalHistory
from tests import scratch
from tests.signals.conftest import CALM, Feed, feed  # noqa: F401  # a fixture
from tutorial.models import TutorialProgress

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

MORNING = datetime(2024, 1, 15, 0, 30, tzinfo=UTC)  # 09:30 in Seoul
USERS, FEW = 1_000, 100


SQL = Path(__file__).parent.parent / "legacy"
AT = "2024-01-15 09:30:00"


class Earlier:
    """One database of the earlier platform, as lax as its server was."""

    def __init__(self, url: str, name: str, shard: int, users: int) -> None:
        at = from_url(url)
        self.url = url
        self.connection = MySQLdb.connect(
            host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], database=at["NAME"],
            charset="utf8mb4", autocommit=True, init_command="SET SESSION sql_mode = '', time_zone = '+09:00'",
        )  # fmt: skip
        self.run("SET @users = %s, @shard = %s, @at = %s", users, shard, AT)
        for file in (f"{name}.sql", f"users_{name}.sql"):
            for statement in (SQL / file).read_text().split(";\n"):
                if statement.strip():
                    self.run(statement)

    def run(self, statement: str, *values: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)


@pytest.fixture
def users(request: pytest.FixtureRequest) -> int:
    return getattr(request, "param", FEW)


@pytest.fixture
def earlier(users: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, Earlier]]:
    """The earlier platform: 0 is its global database."""
    with ExitStack() as stack:
        databases = {}
        for number, beside in enumerate(("default", "shard_1", "shard_2")):
            url = stack.enter_context(scratch.database(f"legacy_{number}", beside=beside))
            databases[number] = Earlier(url, "shard" if number else "global", number, users)
            stack.callback(databases[number].connection.close)
            monkeypatch.setenv(f"LEGACY_SHARD_{number}_DATABASE_URL" if number else "LEGACY_DATABASE_URL", url)
        seed_personas()
        yield databases


def run(capsys: pytest.CaptureFixture[str], **options: Any) -> list[str]:
    capsys.readouterr()
    call_command("import_legacy", time_zone="Asia/Seoul", **options)
    return capsys.readouterr().out.splitlines()


def here() -> dict[str, int]:
    """Rows on both shards and the global database."""
    counts = {model.__name__: model.objects.count() for model in (Account, ApiKeys, PasswordHistory, Payment, Profile)}
    for shard_id in (1, 2):
        with on_shard(shard_id):
            for model in SHARD_MODELS:
                counts[model.__name__] = counts.get(model.__name__, 0) + model._base_manager.count()
    return counts


SHARD_MODELS = (
    AccountResidence, UserAccount, UserLedger, UserPortfolio, SignalAlarm, SignalHistory, KalmanHistory, ChatRoom,
    ChatMessage, TutorialProgress, InappNotification,
)  # fmt: skip


def all_of(users: int) -> dict[str, int]:
    """Every seventh had asked for a plan and not paid: it has the free one beside it."""
    unpaid = sum(key % 7 == 0 for key in range(1000, 1000 + users))
    twice = {"UserPortfolio": 2 * users, "ChatMessage": 2 * users, "UserLedger": 3 * users, "Payment": users + unpaid}
    return dict.fromkeys(here(), users) | twice


@pytest.mark.parametrize("users", [USERS], indirect=True)
def test_a_thousand_users_are_imported_and_verified(
    earlier: dict[int, Earlier],
    feed: Feed,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    hashed = bcrypt.hashpw(b"correct horse", bcrypt.gensalt(4)).decode()
    earlier[0].run("UPDATE table_accountid SET password_hash = %s WHERE account_db_key = 1003", hashed)
    old = hashlib.sha256(b"battery staple").hexdigest()
    earlier[0].run("UPDATE table_accountid SET password_hash = %s WHERE account_db_key = 1004", old)

    dry = run(capsys)
    assert "  table_accountid: would be 1,000 rows" in " ".join(dry)
    assert sum(here().values()) == 0
    assert not [line for line in dry if "refused" in line]

    lines = run(capsys, write=True)
    assert lines[-1] == "verified: every row is here as it should be"
    assert not [line for line in lines if "refused" in line]
    assert here() == all_of(USERS)
    should, is_ = (
        [line.partition(f" {word} ")[2] for line in lines if f": {word} " in line] for word in ("should be", "is")
    )
    assert should == is_
    assert len(should) == 26  # six tables of the global database, ten of each shard

    account = Account.objects.get(pk=1003)
    assert (account.nickname, account.phone_number, account.email_verified) == ("사용자 🐘 1003", "+821012345678", True)
    assert (account.create_time, account.last_login, account.logout_time) == (MORNING, MORNING, None)
    assert (account.block_endtime, account.withdraw_time, str(account.birth_date)) == (None, None, "1990-02-28")
    assert Account.objects.get(pk=1002).last_login is None  # who never logged in
    assert check_password("correct horse", account.password)
    sha256 = Account.objects.get(pk=1004).password
    assert old not in sha256
    assert check_password("battery staple", sha256)
    assert not check_password("battery stapler", sha256)
    stored = ApiKeys.objects.get(pk=1003)
    assert "planted" not in str(stored.korea_investment_app_key)
    assert stored.polygon_key is None
    column = "table_user_api_keys.korea_investment_app_key"
    assert keyring.decrypt(str(stored.korea_investment_app_key), column=column, account_db_key=1003) == "planted-1003"
    profile = Profile.objects.get(pk=1003)
    assert (profile.sms_notifications_enabled, profile.email_notifications_enabled) == (True, False)
    assert (profile.trade_alert_enabled, profile.monthly_budget) == (True, Decimal("1500.500000"))
    assert dict(ShardStats.objects.values_list("shard_id", "user_count")) == {1: 500, 2: 500}
    assert Payment.objects.get(live_account=1005).payment_plan_id == "PREMIUM"

    assert on_each_shard(ledger.check, "test") == {1: [], 2: []}
    with on_shard(2):
        signal = SignalHistory.objects.get(account_db_key=1003)
        assert (signal.profit_rate, signal.is_win, signal.triggered_at) == (
            Decimal(-3),
            False,
            MORNING,
        )  # it was a SELL
        said = ChatMessage.objects.filter(account_db_key=1003).order_by("sequence_no")
        assert list(said.values_list("content", flat=True)) == ["애플 주가는?", "It rose."]
        assert ChatRoom.objects.get(account_db_key=1003).ai_persona == "guide"
        assert ChatStatistics.objects.get(account_db_key=1003).user_messages == 1
    assert [doctor.examine()[f"shard_{n}"]["rooms"] for n in (1, 2)] == [500, 500]
    with on_shard(2):
        assert not ChatDrift.objects.exists()
    call_command("notification_check")
    feed(CALM)
    signals.alarm_create(account_db_key=1003, symbol="TEST")  # and they can write


# reason -> table and what is set in the row of one account
BAD_GLOBAL = {
    "account_status_unknown": ("table_accountid", "account_status = 'Sleeping'"),
    "create_time_missing": ("table_accountid", "create_time = 0"),
    "email_missing": ("table_accountid", "email = NULL"),
    "email_taken": ("table_accountid", "email = 'USER1000@example.com'"),
    "password_hash_unreadable": ("table_accountid", "password_hash = 'plain text'"),
    "phone_number_unreadable": ("table_accountid", "phone_number = 'call me'"),
    "birth_date_impossible": ("table_accountid", "birth_day = 30"),
    "platform_type_unknown": ("table_accountid", "platform_type = 9"),
    "account_level_unknown": ("table_accountid", "account_level = 7"),
    "shard_unknown": ("table_user_shard_mapping", "shard_id = 77"),
    "timezone_unknown": ("table_user_profiles", "timezone = 'Mars/Base'"),
    "monthly_budget_negative": ("table_user_profiles", "monthly_budget = -1"),
    "risk_tolerance_missing": ("table_user_profiles", "risk_tolerance = NULL"),
    "payment_plan_unknown": ("table_user_payments", "payment_plan = 'GOLD'"),
    "expires_at_before_start": ("table_user_payments", "expires_at = '2001-01-01'"),
    "expires_at_missing": (
        "table_user_payments",
        "payment_plan = 'BASIC', expires_at = NULL, payment_status = 'ACTIVE'",
    ),
    "plan_price_negative": ("table_user_payments", "plan_price = -1"),
    "change_reason_unknown": ("table_password_history", "change_reason = 'whim'"),
}
BAD_SHARD = {
    "balance_negative": ("table_user_accounts", "balance = -5"),
    "quantity_zero": ("table_user_portfolios", "quantity = IF(asset_code = 'AAPL', 0, quantity)"),
    "average_cost_missing": ("table_user_portfolios", "average_cost = IF(asset_code = 'KRW', 0, average_cost)"),
    "current_price_not_positive": ("table_signal_alarms", "current_price = 0"),
    "current_price_missing": ("table_signal_alarms", "current_price = NULL"),
    "signal_type_unknown": ("table_signal_history", "signal_type = 'HOLD'"),
    "price_after_1d_missing": ("table_signal_history", "price_after_1d = NULL"),
    "triggered_at_missing": ("table_signal_history", "triggered_at = NULL"),
    "deleted": ("table_signal_history", "is_deleted = 1"),
    "state_vector_x_shape": ("table_kalman_history", "state_vector_x = '[1]'"),
    "covariance_matrix_p_shape": ("table_kalman_history", "covariance_matrix_p = '[[1]]'"),
    "trading_signal_unknown": ("table_kalman_history", "trading_signal = 'Maybe'"),
    "title_missing": ("table_chat_rooms", "title = ''"),
    "content_missing": ("table_chat_messages", "content = IF(message_type = 'AI', '', content)"),
    "account_is_not_the_room_s": ("table_chat_messages", "account_db_key = IF(message_type = 'AI', 1, account_db_key)"),
    "tutorial_type_unknown": ("table_tutorial_progress", "tutorial_type = 'COOKING'"),
    "completed_step_unknown": ("table_tutorial_progress", "completed_step = 0"),
    "account_unknown": ("table_tutorial_progress", "account_db_key = 9"),
    "account_on_another_shard": ("table_tutorial_progress", "account_db_key = 1001"),
    "priority_unknown": ("table_inapp_notifications", "priority = 9"),
    "data_unreadable": ("table_inapp_notifications", "data = '[1]'"),
    "is_read_unreadable": ("table_inapp_notifications", "is_read = 2"),
}
# A row beside a good one.
BESIDE = {
    "alarm_duplicate": "INSERT INTO table_signal_alarms (alarm_id, account_db_key, symbol, current_price)"
    " SELECT UUID(), account_db_key, symbol, 1 FROM table_signal_alarms WHERE account_db_key = %s",
    "signal_repeated": "INSERT INTO table_signal_history (signal_id, alarm_id, account_db_key, symbol, signal_type,"
    " signal_price, triggered_at) SELECT UUID(), alarm_id, account_db_key, symbol, signal_type, 1,"
    " triggered_at + INTERVAL 1 MINUTE FROM table_signal_history WHERE account_db_key = %s",
    "parent_missing": "INSERT INTO table_chat_messages (message_id, room_id, account_db_key, content)"
    " VALUES (UUID(), 'gone', %s, '?')",
}
FOLLOWERS = {"table_user_accounts_refused", "table_chat_rooms_refused"}  # what hangs on a refused row


def test_a_bad_row_of_each_kind_is_refused_by_name_and_no_other(
    earlier: dict[int, Earlier], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted: dict[str, int] = {}
    for place, (why, what) in enumerate((BAD_GLOBAL | BAD_SHARD | BESIDE).items()):
        planted[why] = 1002 + 2 * place  # all of shard 1
        statement = what if isinstance(what, str) else f"UPDATE {what[0]} SET {what[1]} WHERE account_db_key = %s"  # noqa: S608
        earlier[0 if why in BAD_GLOBAL else 1].run(statement, planted[why])
    file = tmp_path / "refused.jsonl"
    dry = run(capsys, refused=file)
    named = [json.loads(line) for line in file.read_text().splitlines()]
    assert sum(here().values()) == 0
    lines = run(capsys, write=True, refused=file)
    assert lines[-1] == "verified: every row is here as it should be"
    assert [json.loads(line) for line in file.read_text().splitlines()] == named
    assert [line for line in dry if "refused" in line] == [line for line in lines if "refused" in line]
    assert {entry["reason"] for entry in named} == (planted.keys() - {"parent_missing"}) | FOLLOWERS
    assert "shard 1, table_chat_messages: 1 rows refused: parent_missing" in lines
    gone = {planted[why] for why, (table, _) in BAD_GLOBAL.items() if table == "table_accountid"}
    assert set(Account.objects.values_list("pk", flat=True)) == set(range(1000, 1000 + FEW)) - gone
    assert Profile.objects.count() == Account.objects.count()  # who lost a profile has the default one
    assert on_each_shard(ledger.check, "test") == {1: [], 2: []}
    with on_shard(1):
        assert not UserAccount.objects.filter(pk=planted["balance_negative"]).exists()
        assert UserLedger.objects.filter(account_db_key=planted["quantity_zero"]).count() == 2


def test_a_run_that_was_cut_off_goes_on(
    earlier: dict[int, Earlier], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    insert, calls = importing._insert, iter(range(10_000))

    def killed(*arguments: Any) -> None:
        if next(calls) == 9:
            raise KeyboardInterrupt
        insert(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "_insert", killed)
        with pytest.raises(KeyboardInterrupt):
            run(capsys, write=True)
    assert 0 < sum(here().values()) < sum(all_of(FEW).values())
    with on_shard(1):
        assert not AccountResidence.objects.filter(state="active").exists()  # nobody writes for half an account
    for _ in range(2):  # and once more: nothing is there twice
        assert run(capsys, write=True)[-1] == "verified: every row is here as it should be"
        assert here() == all_of(FEW)


def test_what_cannot_be_reached_or_is_not_known_changes_nothing(
    earlier: dict[int, Earlier], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="no such time zone"):
        call_command("import_legacy", time_zone="Mars/Base")
    monkeypatch.setenv("LEGACY_SHARD_7_DATABASE_URL", earlier[1].url)
    with pytest.raises(CommandError, match="there is no shard 7 here"):
        call_command("import_legacy", time_zone="UTC", write=True)
    monkeypatch.delenv("LEGACY_DATABASE_URL")
    with pytest.raises(CommandError, match="LEGACY_DATABASE_URL is not set"):
        call_command("import_legacy", time_zone="UTC", write=True)


def test_an_account_that_is_here_already_is_another_one(
    earlier: dict[int, Earlier], make_account: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    mine = make_account("mine")
    earlier[0].run("DELETE FROM table_accountid WHERE account_db_key <> %s", 1050)
    earlier[0].run("UPDATE table_accountid SET account_db_key = %s", mine.account_db_key)
    lines = run(capsys, write=True)
    assert f"global, table_accountid, {mine.account_db_key} refused: table_accountid_has_another" in lines
    assert Account.objects.get(pk=mine.account_db_key).account_id == "mine"
