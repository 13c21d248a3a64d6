"""A model server that speaks OpenAI's chat completions over real HTTP, and misbehaves when it is told to."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

WORDS = ["The ", "answer ", "is ", "forty", "-two."]
HALF_PAIR = "fort\ud800y"  # JSON allows it, UTF-8 does not
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


class ModelServer(ThreadingHTTPServer):
    """`behave` says how the next requests go; `requests` is all that it was ever told."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.requests: list[dict[str, Any]] = []
        self.behave: list[str] = []
        self.slowness = 0.0
        self.first_words: dict[str, float] = {}  # question -> time.perf_counter() when its answer began

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is no news."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(asked)
        how = self.server.behave.pop(0) if self.server.behave else "well"
        if how == "busy":
            self._refuse(429)
        elif how == "broken":
            self._refuse(500)
        elif how == "silent":
            time.sleep(5)
        else:
            self._stream(how, asked)

    def _refuse(self, status: int) -> None:
        body = json.dumps({"error": {"message": "not now", "type": "server", "code": None}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("retry-after-ms", "10")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, how: str, asked: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if how == "tool" and asked["messages"][-1]["role"] != "tool":
            for piece in ({"id": "call_1", "function": {"name": "statistics", "arguments": ""}},
                          {"function": {"arguments": "{"}}, {"function": {"arguments": "}"}}):  # fmt: skip
                self._chunk({"tool_calls": [{"index": 0, "type": "function", **piece}]})
            self._chunk({}, "tool_calls")
        else:
            self.server.first_words[asked["messages"][-1]["content"]] = time.perf_counter()
            for number, word in enumerate(WORDS):
                if number == 3 and how == "cut":
                    self.close_connection = True
                    self.connection.close()
                    return
                if number == 3 and how == "malformed":
                    self._write(b"data: {not json\n\n")
                if number == 3 and how == "stalls":
                    time.sleep(5)
                time.sleep(self.server.slowness)
                self._chunk({"content": HALF_PAIR if number == 3 and how == "half_pair" else word})
            self._chunk({}, "length" if how == "length" else "stop")
        if how != "no_usage":
            self._write(f"data: {json.dumps(self._body([]) | {'usage': USAGE})}\n\n".encode())
        self._write(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        self._write(f"data: {json.dumps(self._body([choice]))}\n\n".encode())

    def _body(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "stub", "choices": choices}

    def _write(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def model_server(port: int = 0) -> Iterator[ModelServer]:
    with ModelServer(port) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
