"""Twenty threads order and cancel for the same users on both shards, while workers and connections are killed: cash and
shares are conserved to the last digit, no order is in limbo, and the ledger check is clean.

`make soak` runs this with 5,000 orders and 100 kills, and a seed of its own.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from accounts.portfolio.opening import account_open
from accounts.procedures import SignedUp
from tests.accounts.portfolio.conftest import Feed
from tests.accounts.portfolio.storm import CASH, Storm
from tests.accounts.portfolio.workers import SHARDS, Workers

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

ORDERS = int(os.environ.get("PORTFOLIO_STORM_ORDERS", "120"))
KILLS = int(os.environ.get("PORTFOLIO_STORM_KILLS", "6"))
SEED = int(os.environ.get("PORTFOLIO_STORM_SEED", "8"))


@pytest.mark.timeout(90 + ORDERS / 2)
def test_cash_and_shares_are_conserved_while_workers_and_connections_die(
    make_account: Callable[..., SignedUp], feed: Feed, capsys: Any
) -> None:
    feed("AAA", 50)
    feed("BBB", 50)
    accounts = [make_account(shard=shard_id).account_db_key for shard_id in SHARDS for _ in range(3)]
    for key in accounts:
        account_open(account_db_key=key, opening_cash=CASH)
    with Workers(2) as workers:
        storm = Storm(workers, accounts, feed, SEED)
        storm.blow(ORDERS, KILLS - KILLS // 2)
        storm.calm(KILLS // 2)
    storm.count()
    counts = storm.counts
    with capsys.disabled():
        sys.stdout.write(f"\nseed {SEED}: {dict(counts)}\n")
    assert len(storm.accepted) == ORDERS
    assert counts["workers killed"] + counts["connections killed"] == KILLS
    assert counts["filled"] > 0
    assert counts["cancelled"] > 0
