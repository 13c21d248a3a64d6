"""Real servers that carry messages, or fail to: SMTP and HTTP on loopback, told what to do by the test."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

LATE = 1.2  # seconds; longer than the test's limit for providers


class Mailbox:
    """What a mail server has taken, and what it does with the next message: ok, fail, late."""

    def __init__(self) -> None:
        self.does, self.messages = "ok", []  # type: ignore[var-annotated]
        self.url = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.does == "fail":
            return "451 not now"
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        if self.does == "late":
            await asyncio.sleep(LATE)
        return "250 taken"


@contextmanager
def smtp() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()


class Web:
    """An HTTP server: `requests` is what it has taken; `does` is ok, fail, late or redirect; `failing` is a path that
    always fails.
    """

    def __init__(self) -> None:
        self.does, self.location, self.failing, self.requests = "ok", "", "", []  # type: ignore[var-annotated]
        self.url, self.port = "", 0


@contextmanager
def http() -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            web.requests.append((self.path, dict(self.headers), body))
            if web.does == "late":
                threading.Event().wait(LATE)
            does = "fail" if self.path == web.failing else web.does
            self.send_response({"fail": 500, "redirect": 302}.get(does, 200))
            if web.does == "redirect":
                self.send_header("Location", web.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    web.port = server.server_address[1]
    web.url = f"http://127.0.0.1:{web.port}"
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def hanging() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
