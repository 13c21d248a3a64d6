"""The local servers, on a private set in a temporary directory: what `make run` and `make test` rely on."""

import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import MySQLdb
import pytest

from config.stack import DATABASE_URLS, PORTS, ROOT, Stack, read_variables
from config.stack_databases import TIME_ZONES, socket_path
from config.stack_servers import LOOPBACK, Port, StackError, wait_until


def choices() -> dict[str, str]:
    """The engine under test, and ports that nobody has: below those that the kernel hands to clients at any moment."""
    engine = {name: os.environ[name] for name in ("ENGINE", "MYSQLD", "PATH") if name in os.environ}
    numbers = (number for number in random.sample(range(20_000, 24_000), 100) if is_free(number))
    return engine | {name: str(number) for name, number in zip(PORTS, numbers, strict=False)}


def is_free(number: int) -> bool:
    try:
        Port(number, "").require_free("a test")
    except StackError:
        return False
    return True


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    root = tmp_path_factory.mktemp("stack")
    (root / "var").mkdir()
    (root / "var" / "templates").symlink_to(ROOT / "var" / "templates")  # laid out by the stack that the suite runs on
    stack = Stack.load(environment=choices(), root=root)
    stack.up()
    yield stack
    stack.down()
    assert not any(server.daemon.is_alive() for server in stack.servers.values())


def query(stack: Stack, name: str, sql: str, *parameters: object) -> object:
    """The first column of the first row."""
    server = stack.databases[name]
    connection = MySQLdb.connect(
        host=LOOPBACK, port=server.port.number, user="finance", password=server.password, database=server.database
    )
    try:
        cursor = connection.cursor()
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
        connection.commit()
        return row and row[0]
    finally:
        connection.close()


def test_up_leaves_alone_what_runs_already(stack: Stack) -> None:
    before = {name: server.pid_file.read_text() for name, server in stack.servers.items()}
    assert list(before) == ["global", "shard_1", "shard_2", "redis", "cache"]

    stack.up()

    assert {name: server.pid_file.read_text() for name, server in stack.servers.items()} == before
    assert all(server.is_up() for server in stack.servers.values())


def test_each_server_has_its_own_database(stack: Stack) -> None:
    for name, server in stack.databases.items():
        database, collation, zone = (
            query(stack, name, f"SELECT {what}") for what in ("DATABASE()", "@@collation_database", "@@time_zone")
        )
        assert (database, collation, zone) == (f"finance_{name}", "utf8mb4_unicode_520_ci", "+00:00")
        assert server.url.endswith(f"@127.0.0.1:{server.port.number}/finance_{name}")


def test_a_killed_database_comes_back_with_what_was_committed(stack: Stack) -> None:
    query(stack, "shard_2", "CREATE TABLE kept (id INT PRIMARY KEY)")
    query(stack, "shard_2", "INSERT INTO kept VALUES (7)")
    server = stack.servers["shard_2"]

    server.kill()
    assert not server.is_up()
    assert stack.servers["shard_1"].is_up()

    server.start()
    server.wait()
    assert query(stack, "shard_2", "SELECT id FROM kept") == 7


@pytest.mark.parametrize("name", ["shard_1", "redis"])
def test_a_paused_server_is_not_up_until_it_is_resumed(stack: Stack, name: str) -> None:
    server = stack.servers[name]
    server.pause()
    try:
        assert server.daemon.is_alive()
        assert not server.is_up()
    finally:
        server.resume()
    assert wait_until(server.is_up, 10)


def test_a_paused_server_can_be_stopped(stack: Stack) -> None:
    server = stack.servers["cache"]
    server.pause()
    server.stop()
    assert not server.daemon.is_alive()
    server.start()
    server.wait()


def test_the_time_zones_of_the_servers_are_those_of_python(stack: Stack) -> None:
    seconds = random.Random(1).sample(range(2_145_000_000), 100)
    for zone in TIME_ZONES:
        for moment in (datetime.fromtimestamp(second, UTC) for second in seconds):
            there = query(stack, "global", "SELECT CONVERT_TZ(%s, 'UTC', %s)", moment.replace(tzinfo=None), zone)
            assert there == moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None), (zone, moment)


def test_the_env_file_is_for_its_owner_only_and_keeps_its_secrets(stack: Stack) -> None:
    assert stack.env_file.stat().st_mode & 0o777 == 0o600
    again = Stack.load(environment=stack.chosen, root=stack.home.parent)
    assert again.environment() == stack.environment() == read_variables(stack.env_file)


def test_a_port_in_use_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    """Without site-packages: the stack runs before anything is installed."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    environment = choices()
    with socket.create_server((LOOPBACK, int(environment["REDIS_PORT"]))):
        command = [sys.executable, "-S", "-m", "config.stack", "up"]
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr == (
        f"stack: port {environment['REDIS_PORT']}, wanted by redis: address already in use;"
        " set REDIS_PORT to use another port\n"
    )
    assert not (tmp_path / "var" / "data").exists()


def test_ports_come_from_one_table_and_can_be_changed(tmp_path: Path) -> None:
    def number(name: str, variable: str, **environment: str) -> int:
        return Stack(name, environment, tmp_path).port(variable).number

    assert number("run", "PORT") == 8000
    assert number("run", "PORT", PORT="9000") == 9000
    assert number("test", "PORT", PORT="9000") == 8020
    assert number("test", "PORT", TEST_PORT="9000") == 9000
    assert number("run", "REDIS_PORT", PORT_SHIFT="100") == PORTS["REDIS_PORT"] + 100
    with pytest.raises(StackError, match="REDIS_PORT=abc: must be a port number"):
        number("run", "REDIS_PORT", REDIS_PORT="abc")


def test_no_server_is_started_for_an_address_from_outside(tmp_path: Path) -> None:
    elsewhere = dict.fromkeys(DATABASE_URLS.values(), "mysql://someone@db.example:3306/finance_global")
    stack = Stack("run", elsewhere, tmp_path)
    assert list(stack.servers) == ["redis", "cache"]
    assert not elsewhere.keys() & stack.environment().keys()


def test_an_engine_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="no server program of MySQL or MariaDB in MYSQLD=/nowhere/mysqld"):
        Stack("run", {"MYSQLD": "/nowhere/mysqld"}, tmp_path)


def test_a_socket_of_a_deep_checkout_moves_to_a_short_path() -> None:
    deep = Path("/", *["directory"] * 12, "var/run/shard_2.sock")
    assert len(bytes(socket_path(deep))) < 107
    assert socket_path(deep) == socket_path(deep)
    assert socket_path(Path("/srv/project/var/run/global.sock")) == Path("/srv/project/var/run/global.sock")


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers that it was given."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def nginx(stack: Stack) -> Iterator[Stack]:
    stack.write_nginx_configuration()
    process = subprocess.Popen(["nginx", "-e", "stderr", "-c", stack.home / "nginx" / "nginx.conf"])
    try:
        assert wait_until((stack.home / "run" / "nginx.pid").exists, 10)
        yield stack
    finally:
        process.terminate()
        process.wait()


def request(
    stack: Stack, method: str = "GET", path: str = "/", **options: object
) -> tuple[http.client.HTTPResponse, dict[str, object]]:
    connection = http.client.HTTPConnection(LOOPBACK, stack.port("PORT").number, timeout=10)
    try:
        connection.request(method, path, **options)  # type: ignore[arg-type]  # as the caller wrote them
        response = connection.getresponse()
        return response, json.loads(response.read())
    finally:
        connection.close()


def test_nginx_answers_for_a_missing_web_process_in_the_one_error_shape(nginx: Stack) -> None:
    response, body = request(nginx)
    assert (response.status, response.headers["Retry-After"]) == (503, "1")
    assert response.headers["Content-Type"] == "application/json"
    assert (body["code"], body["fields"]) == ("unavailable", {})

    response, body = request(nginx, "POST", body=b"x" * 1_048_577)
    assert (response.status, body["code"], body["fields"]) == (413, "body_too_large", {})


class Streams(BaseHTTPRequestHandler):
    """A web process that hands a POST over, and the streams' process that it names."""

    protocol_version = "HTTP/1.0"
    seen: list[tuple[str, str, str | None]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("X-Accel-Redirect", "/streams/ticket:1")
        self.send_header("X-Session-Expires", "soon")
        self.end_headers()

    def do_GET(self) -> None:
        self.seen.append((self.command, self.path, self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"streamed": true}')

    def log_message(self, *_: object) -> None:
        pass


def test_nginx_fetches_a_stream_for_a_web_process_only(nginx: Stack) -> None:
    with (
        HTTPServer((LOOPBACK, nginx.port("WSGI_PORT").number), Streams) as web,
        HTTPServer((LOOPBACK, nginx.port("ASGI_PORT").number), Streams) as streams,
    ):
        for server in (web, streams):
            Thread(target=server.serve_forever, daemon=True).start()
        response, body = request(nginx, "POST", body=b"a question")
        assert (response.status, body) == (200, {"streamed": True})
        assert response.headers["X-Session-Expires"] == "soon"
        assert Streams.seen == [("GET", "/streams/ticket:1", None)]

        response, body = request(nginx, path="/streams/ticket:1")
        assert (response.status, body["code"]) == (404, "not_found")
        assert len(Streams.seen) == 1
        for server in (web, streams):
            server.shutdown()


def test_nginx_believes_no_client_about_who_it_is(nginx: Stack) -> None:
    claims = {"X-Request-ID": "mine", "X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "https"}
    with HTTPServer((LOOPBACK, nginx.port("WSGI_PORT").number), Echo) as web:
        Thread(target=web.serve_forever, daemon=True).start()
        response, seen = request(nginx, headers=claims)
        web.shutdown()
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert len(str(seen["x-request-id"])) == 32
    assert response.headers["X-Request-ID"] == seen["x-request-id"]
