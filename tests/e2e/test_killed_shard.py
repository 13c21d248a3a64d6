"""Shard 2's server is killed: shard 1 does not notice, and shard 2 loses nothing."""

from tests.e2e.delivery import assert_delivered_once
from tests.e2e.platform import Platform, User, eventually
from tests.e2e.traffic import Traffic


def test_a_killed_shard_takes_nobody_along_and_gets_its_signals_later(platform: Platform) -> None:
    here, there = platform.user(shard=1), platform.user(shard=2)
    alarms = [here.watch("AAPL", 10, "1.5")]
    # The second is watched on shard 2 alone: nobody scans it while that shard is away.
    missed = [there.watch("AAPL", 10, "1.5"), there.watch("MSFT", 9, "1.3")]
    lost = platform.stack.databases["shard_2"]
    others = [platform.user(shard=1) for _ in range(2)]

    try:
        with Traffic([*others, here]) as traffic:
            lost.kill()
            platform.feed(15, every=0.05)
            assert_refused(there)
            assert_ready_names_it(platform)
            platform.user(shard=2)  # signs up and logs in: needs the global database only
            assert assert_delivered_once(platform, here, alarms) > 0
            assert_refused(there)
            asked = len(traffic.answers)
    finally:
        lost.start()
        lost.wait()

    assert traffic.faults == []
    assert asked > 50
    eventually(lambda: platform.ready().get("ready"), "readiness")
    there.wait_for_shard()
    assert assert_delivered_once(platform, there, missed) > 1
    assert_delivered_once(platform, here, alarms)


def assert_refused(user: User) -> None:
    for method, path, body in [
        ("GET", "signals/alarms", None),
        ("GET", "notifications", None),
        ("POST", "signals/alarms", {"symbol": "IBM"}),
    ]:
        answer = user.http.request(method, path, json=body)
        assert answer.status_code == 503, answer.text
        assert set(answer.json()) == {"code", "detail", "fields"}
        assert answer.json()["code"] == "shard_unavailable"
        assert int(answer.headers["Retry-After"]) > 0


def assert_ready_names_it(platform: Platform) -> None:
    answer = platform.client().get(f"{platform.site}/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks.pop("shard_2").startswith("cannot be reached")
    others = {name: said for name, said in checks.items() if said != "disabled"}  # a shard that another test added
    assert others == dict.fromkeys(["finance_global", "shard_1", "redis", "cache"], "ok")
