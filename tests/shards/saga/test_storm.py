"""Fifteen sagas at a time move money between two servers while their workers die: not a cent is made or lost.

`make soak` runs this for longer, by SAGA_STORM_SECONDS, with a seed of its own.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import scratch
from tests.shards.saga import money
from tests.shards.saga.processes import Processes
from tests.shards.saga.storm import Storm

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SECONDS = float(os.environ.get("SAGA_STORM_SECONDS", "4"))
SEED = int(os.environ.get("SAGA_STORM_SEED", "4"))
FAULTS_EVERY = 0.3
AT_A_TIME = 15


@pytest.fixture(autouse=True)
def tables(platform_state: None) -> Iterator[None]:
    money.make_tables(scratch.execute)
    money.define()
    yield
    money.undefine()
    money.drop_tables(scratch.execute)


@pytest.mark.timeout(SECONDS + 120)
def test_fifteen_sagas_at_a_time_conserve_the_money_while_their_workers_die(capsys: Any) -> None:
    with Processes() as processes:
        storm = Storm(processes, SEED, AT_A_TIME)
        storm.blow(SECONDS, FAULTS_EVERY)
        storm.check_end()
    counts = storm.counts
    with capsys.disabled():
        sys.stdout.write(f"\nseed {SEED}: {dict(counts)}\n")
    assert counts["completed"] + counts["compensated"] == counts["started"] > AT_A_TIME
    assert min(counts[name] for name in ("completed", "compensated", "killed", "stopped", "disconnected")) > 0
    assert counts["checks with money under way"] > 0
