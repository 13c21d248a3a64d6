"""A short run of `make soak`'s outbox faults: seeded, on the platform's servers, in databases of its own."""

from tests.e2e.platform import Platform
from tests.soak.outbox.plan import SHORT
from tests.soak.outbox.runs import run_on

SEED = 3


def test_nothing_is_lost_doubled_or_out_of_order_whatever_dies(platform: Platform) -> None:
    report = run_on(platform, SHORT._replace(seed=SEED))
    assert report.complaints == []
    assert report.faults == SHORT.faults
    assert report.counts["events handled"] >= SHORT.events * 0.9
    assert report.counts["units rolled back"] > 0
