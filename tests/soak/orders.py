"""The storm of tests/accounts/portfolio with 5,000 orders and 100 kills: the same test, with a seed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from config.env import BASE_DIR
from config.stack import PORTS, Stack
from tests.e2e.platform import free_port

ORDERS, KILLS = 5_000, 100
TEST = "tests/accounts/portfolio/test_order_storm.py"


def run(seed: int, console: Console) -> bool:
    """On servers of its own, which are gone afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ports = {name: str(free_port()) for name in PORTS}
        stack = Stack.load("test", environment=os.environ | ports, root=Path(folder))
        (Path(folder) / "var").mkdir()
        stack.up()
        try:
            return _storm(stack.environment(), seed, console)
        finally:
            stack.down()


def _storm(servers: dict[str, str], seed: int, console: Console) -> bool:
    numbers = {"ORDERS": ORDERS, "KILLS": KILLS, "SEED": seed}
    asked = {f"PORTFOLIO_STORM_{name}": str(value) for name, value in numbers.items()}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST],
        cwd=BASE_DIR,
        env=os.environ | servers | asked | {"APP_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )
    console.print(done.stdout[-3_000:], done.stderr[-2_000:], markup=False)
    return done.returncode == 0
