"""Redis is emptied again and again while the market goes on."""

import random
import threading
import time

from redis import Redis

from config.stack_servers import LOOPBACK
from tests.e2e.delivery import assert_delivered_once
from tests.e2e.platform import Platform, User
from tests.e2e.traffic import Traffic

FLUSHES = 6


def test_emptying_redis_loses_and_doubles_nothing(platform: Platform) -> None:
    users = [platform.user(shard=1), platform.user(shard=2)]
    alarms = {user: [user.watch("AAPL", 10, "1.5"), user.watch("GOOG", 6, "1.2")] for user in users}
    gone = platform.user()
    gone.post("auth/logout", status=204)
    running = {name: process.pid for name, process in platform.processes.items()}
    moments = random.Random(7)

    with Traffic(users) as traffic:
        market = threading.Thread(target=platform.feed, args=(40, 0.25))
        market.start()
        for _ in range(FLUSHES):
            time.sleep(moments.uniform(0.3, 2.5))
            flush_all(platform)
            assert_stays_dead(gone)
        market.join()
        platform.feed(5, every=0.1)  # nothing is flushed any more
        newcomer = platform.user()  # its account.created comes through the emptied streams as well
        for user in users:
            assert_delivered_once(platform, user, alarms[user])

    assert traffic.faults == []
    assert_stays_dead(gone)
    assert newcomer.get("signals/alarms")["results"] == []
    assert {name: process.pid for name, process in platform.processes.items() if process.poll() is None} == running


def flush_all(platform: Platform) -> None:
    """Both servers, as `redis-cli FLUSHALL` does it."""
    for server in (platform.stack.redis, platform.stack.cache):
        with Redis(host=LOOPBACK, port=server.port.number) as client:
            client.flushall()


def assert_stays_dead(user: User) -> None:
    answer = user.http.get("signals/alarms")
    assert (answer.status_code, answer.json()["code"]) == (401, "session_unknown")
