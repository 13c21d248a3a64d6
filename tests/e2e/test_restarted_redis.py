"""Redis dies again before what lost it has found it back: no process ends, no job stops."""

import time

from tests.e2e.platform import Platform, eventually

JOBS = ("outbox.relay", "outbox.consume", "signals.scan")
PAUSES = (0.0, 2.5, 0.5, 2.0, 0.0, 2.2)  # seconds between deaths; a worker tries to connect after 2


def test_redis_dying_again_and_again_ends_no_process_and_no_job(platform: Platform) -> None:
    running = {name: process.pid for name, process in platform.processes.items()}
    server = platform.stack.servers["redis"]
    for pause in PAUSES:
        server.kill()
        time.sleep(pause)
        server.start()
        server.wait()
    before = runs(platform)
    eventually(lambda: all(runs(platform).get(job, 0) >= before.get(job, 0) + 2 for job in JOBS), "the jobs' next runs")
    assert {name: process.pid for name, process in platform.processes.items() if process.poll() is None} == running


def runs(platform: Platform) -> dict[str, int]:
    """The fence grows with each run."""
    return dict(platform.query("global", "SELECT name, fence FROM table_jobs"))
