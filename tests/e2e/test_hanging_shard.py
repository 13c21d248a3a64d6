"""Shard 2's server stops answering without dying: what a lost network or a full disk looks like."""

import time

from tests.e2e.delivery import assert_delivered_once
from tests.e2e.platform import Platform, eventually
from tests.e2e.traffic import Traffic

CROWD = 12  # requests at a time for the hanging shard
SECONDS = 6.0


def test_a_hanging_shard_leaves_the_others_their_speed(platform: Platform) -> None:
    here = [platform.user(shard=1) for _ in range(2)]
    there = platform.user(shard=2)
    alarms = [there.watch("IBM", 8, "1.2")]
    hanging = platform.stack.databases["shard_2"]
    with Traffic(here) as before, Traffic([there] * CROWD):
        eventually(lambda: len(before.answers) > 60, "some traffic")

    hanging.pause()
    try:
        with Traffic(here) as meanwhile, Traffic([there] * CROWD) as crowd:
            time.sleep(SECONDS)
    finally:
        hanging.resume()

    assert meanwhile.faults == []
    assert {answer.status for answer in crowd.answers} == {503}
    assert all('"shard_unavailable"' in answer.text for answer in crowd.answers)
    assert meanwhile.slowest(0.9) < max(0.5, 3 * before.slowest(0.9))

    there.wait_for_shard()
    platform.feed(12, every=0.02)
    assert_delivered_once(platform, there, alarms)
