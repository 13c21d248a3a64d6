"""2,000 idle streams of notifications on one process: the memory that each costs."""

import os
import socket
import subprocess
import time
from pathlib import Path

from rich.table import Table

from config import sse
from notifications import live

ROOT = Path(__file__).resolve().parent.parent.parent
STREAMS, SETTLED = 2_000, 3.0
COMMAND = (
    "granian --interface asginl --http 1 --no-ws --host 127.0.0.1 --port {port} --backlog 4096 config.asgi:application"
)


def measure() -> Table:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(COMMAND.format(port=port).split(), cwd=ROOT, env=os.environ | {"APP_ENV": "test"})
    try:
        first = _connected(port, 0)
        time.sleep(SETTLED)
        before = _kilobytes(process.pid)
        open_ones = [first, *(_connected(port, number) for number in range(1, STREAMS))]
        time.sleep(SETTLED)
        after = _kilobytes(process.pid)
        answered = sum(bool(one.recv(64)) for one in open_ones)
        for one in open_ones:
            one.close()
    finally:
        process.terminate()
        process.wait()
    columns = Table("", "", title=f"{STREAMS:,} idle streams on one process", title_justify="left")
    columns.add_row("streams that were answered", f"{answered:,}")
    columns.add_row("memory of the process before", f"{before / 1024:,.0f} MB")
    columns.add_row("with all streams", f"{after / 1024:,.0f} MB")
    columns.add_row("a stream", f"{(after - before) / (STREAMS - 1):,.1f} kB")
    return columns


def _connected(port: int, number: int) -> socket.socket:
    """A follower of an account's stream, with the ticket that a web process would have given it."""
    ticket = sse.Ticket(live.stream_of(number), sse.FIRST, "").write()
    deadline = time.monotonic() + 30
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    connection.sendall(f"GET {sse.PATH}{ticket} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    return connection


def _kilobytes(pid: int) -> int:
    """Resident memory of the process and its workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return own + sum(_kilobytes(int(child)) for child in children)
