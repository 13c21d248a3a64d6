"""From sign-up to a judged signal, with nothing but web, worker and beat running."""

from tests.e2e.market import Expected, expected_signals
from tests.e2e.platform import Platform, eventually

RESIDENCE = "SELECT state, epoch FROM table_account_residence WHERE account_db_key = %s"


def test_a_new_user_gets_a_real_signal_judged_by_the_next_close(platform: Platform) -> None:
    user = platform.user()
    alarm = user.watch("AAPL", 10, "1.5")
    since = platform.latest_session()
    assert alarm["since_session"] == str(since)

    for _ in range(3):
        platform.feed(10, every=0.02)

    expected = expected_signals("AAPL", 10, "1.5", since, platform.latest_session())
    judged = [signal for signal in expected if signal.price_after_1d]
    assert judged
    eventually(lambda: len(user.history()) == len(expected), "every signal in the history")
    eventually(lambda: user.get("signals/statistics")["evaluated_signals"] == len(judged), "every signal judged")
    history = user.history()
    assert sorted(Expected(*(row[name] for name in Expected._fields)) for row in history) == expected
    assert {row["alarm_id"] for row in history} == {alarm["alarm_id"]}

    notifications = eventually(
        lambda: (rows := user.notifications()) and len(rows) == len(expected) and rows, "a notification for each signal"
    )
    assert {row["source_id"] for row in notifications} == {row["signal_id"] for row in history}
    assert {row["data"]["signal_price"] for row in notifications} == {signal.signal_price for signal in expected}

    statistics = user.get("signals/statistics")
    wins = sum(bool(signal.is_win) for signal in judged)
    assert statistics["total_alarms"] == statistics["active_alarms"] == 1
    assert statistics["total_signals"] == len(expected)
    assert statistics["pending_signals"] == len(expected) - len(judged)
    assert statistics["win_signals"] == wins
    assert statistics["win_rate"] == f"{100 * wins / len(judged):.6f}"


def test_a_notification_is_marked_read_once(platform: Platform) -> None:
    user = platform.user()
    user.watch("IBM", 5, "1")
    platform.feed(15, every=0.02)
    newest, *others = eventually(user.notifications, "a notification")
    stranger = platform.user()

    read = user.post(f"notifications/{newest['notification_id']}/read", status=200)
    again = user.post(f"notifications/{newest['notification_id']}/read", status=200)
    stranger.post(f"notifications/{newest['notification_id']}/read", status=404)

    assert read["is_read"] is True
    assert again == read
    unread = [row["notification_id"] for row in user.get("notifications?limit=200")["results"]]
    assert newest["notification_id"] not in unread
    assert {row["notification_id"] for row in others} <= set(unread)


def test_sign_up_and_the_first_alarm_need_no_worker(platform: Platform) -> None:
    platform.stop("beat")
    platform.stop("worker")
    try:
        user = platform.user()
        assert platform.query(f"shard_{user.shard_id}", RESIDENCE, user.account_db_key) == []

        alarm = user.watch("AAPL")
        assert alarm.pop("preview")["signals"] > 20

        assert user.get("signals/alarms")["results"] == [alarm]
        assert platform.query(f"shard_{user.shard_id}", RESIDENCE, user.account_db_key) == [("active", 1)]
    finally:
        platform.start("worker")
        platform.start("beat")

    other = platform.user()  # has no alarm: only the event makes its row
    eventually(lambda: platform.query(f"shard_{other.shard_id}", RESIDENCE, other.account_db_key), "the residence row")
