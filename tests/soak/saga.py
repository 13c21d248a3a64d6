"""Sagas move money for ten minutes while their workers die: the suite's test of it, longer and with another seed."""

import os
import subprocess
import sys

from rich.console import Console

from config.env import BASE_DIR

SECONDS = 600
NAME = "soak"


def run(seed: int, console: Console) -> bool:
    environment = os.environ | {
        "APP_ENV": "test", "SAGA_STORM_SECONDS": str(SECONDS), "SAGA_STORM_SEED": str(seed),
    }  # fmt: skip
    tests = ["tests/shards/saga/test_storm.py", "tests/shards/saga/test_killed.py"]
    console.print(f"{SECONDS} s of transfers, then a death at every boundary of a saga; the counts follow")
    stack = [sys.executable, "-m", "config.stack"]
    subprocess.run([*stack, "up", "--name", "test"], cwd=BASE_DIR, env=environment, check=True)
    try:
        command = [sys.executable, "-m", "pytest", "-q", "--timeout", str(SECONDS + 300), *tests]
        return subprocess.run(command, cwd=BASE_DIR, env=environment, check=False).returncode == 0
    finally:
        subprocess.run([*stack, "down", "--name", "test"], cwd=BASE_DIR, env=environment, check=True)
