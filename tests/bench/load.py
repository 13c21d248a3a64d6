"""A closed loop of keep-alive connections in one thread: each sends its next request when it has its answer."""

import selectors
import socket
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

HOST = "127.0.0.1"
END = b"\r\n\r\n"
LENGTH = b"content-length:"
CHUNKED = b"transfer-encoding: chunked"
LAST_CHUNK = b"0\r\n\r\n"


class Measured(NamedTuple):
    seconds: float
    latencies: list[float]  # seconds, sorted


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.begun = 0.0

    def send(self, request: bytes) -> None:
        self.begun = perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Whether the answer is complete; raises for another status than 200."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise AssertionError(f"the connection ended within {self.answer[:300]!r}")
        self.answer += chunk
        head_ends = self.answer.find(END)
        if head_ends < 0:
            return False
        head = self.answer[:head_ends].lower()
        if not head.startswith(b"http/1.1 200"):
            raise AssertionError(self.answer[:500].decode(errors="replace"))
        if not _is_whole(head, self.answer[head_ends + len(END) :]):
            return False
        self.answer = b""
        return True


def _is_whole(head: bytes, body: bytes) -> bool:
    """With its length, or in chunks, of which the last one is empty."""
    if CHUNKED in head:
        return body.endswith(LAST_CHUNK)
    length = head.partition(LENGTH)[2].partition(b"\r\n")[0]
    return len(body) >= int(length)


def get(port: int, path: str, token: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", f"Host: {HOST}:{port}", f"Authorization: Bearer {token}", "Accept: */*")
    return "\r\n".join(lines).encode() + END


def run(port: int, requests: Sequence[bytes], connections: int) -> Measured:
    """Send each request once."""
    chooser = selectors.DefaultSelector()
    waiting = iter(requests)
    latencies: list[float] = []
    begun = perf_counter()
    for _ in range(connections):
        connection = _Connection(port)
        chooser.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(waiting))
    while len(latencies) < len(requests):
        for key, _ in chooser.select():
            connection = key.data
            if not connection.receive():
                continue
            latencies.append(perf_counter() - connection.begun)
            request = next(waiting, None)
            if request is None:
                chooser.unregister(connection.socket)
                connection.socket.close()
            else:
                connection.send(request)
    return Measured(perf_counter() - begun, sorted(latencies))
