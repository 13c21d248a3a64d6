"""Nothing lost, nothing out of order, nothing twice: writers, relays and consumers in processes of their own, with
faults of every kind at random; then what the consumers did is compared with what the writers wrote down. Three bugs are
planted as well, and each has to be found.
"""

import tempfile
from pathlib import Path

from rich.console import Console

from tests.e2e.platform import Platform
from tests.soak.outbox.plan import BUGS, FULL, SHORT
from tests.soak.outbox.runs import run_on


def run(seed: int, console: Console) -> bool:
    with tempfile.TemporaryDirectory(prefix="soak-outbox-") as root:
        platform = Platform(Path(root) / "stack")
        try:
            platform.stack.up()
            platform.manage("migrate_all")
            report = run_on(platform, FULL._replace(seed=seed), shows=True)
            console.print(report.text)
            good = report.is_good
            for bug in BUGS:
                found = run_on(platform, SHORT._replace(seed=seed, bug=bug, faults=BUGS[bug]))
                console.print(f"planted: {bug}: {'found' if not found.is_good else 'NOT FOUND'}", found.complaints[:1])
                good = good and not found.is_good
            return good
        finally:
            platform.stack.down()
