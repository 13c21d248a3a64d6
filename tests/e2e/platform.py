"""The whole product as it is run, on database servers and Redis of its own: these tests kill, pause and empty them."""

import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from hashlib import sha256
from itertools import count
from pathlib import Path
from signal import Signals
from typing import Any, TypeVar

import httpx
import MySQLdb

from config.stack import PORTS, ROOT, Stack
from config.stack_servers import LOOPBACK

T = TypeVar("T")

PATIENCE = 90.0  # seconds that something may take on a busy machine; in the good case it takes one or two
FIRST_SESSIONS = date(2011, 3, 7)  # the market's latest session when the platform starts; 500 of the sample are left
SERVICE_TOKEN = "the model server's"
PASSWORD = "correct horse battery"  # of every account that these tests make
PROCFILE = dict(
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if not line.startswith("#")
)


def eventually(check: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Ask until the answer is true; returns it. Fails with `what` and the last answer."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s; the last answer was {answer!r}")
        time.sleep(0.1)
    return answer


def free_port() -> int:
    """Below those that the kernel gives to outgoing connections: a client of a killed server must not take its port."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


class User:
    """A logged-in account of its own, and its HTTP connection."""

    def __init__(self, http: httpx.Client, account_id: str, account_db_key: int, shard_id: int) -> None:
        self.http = http
        self.account_id = account_id
        self.account_db_key = account_db_key
        self.shard_id = shard_id

    def log_in(self) -> str:
        token = self._json("POST", "auth/login", 200, {"account_id": self.account_id, "password": PASSWORD})["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        return str(token)

    def get(self, path: str) -> Any:
        return self._json("GET", path, 200)

    def post(self, path: str, body: dict[str, Any] | None = None, status: int = 201) -> Any:
        return self._json("POST", path, status, body)

    def watch(self, symbol: str = "AAPL", window: int = 10, k: str = "1.5") -> dict[str, Any]:
        """A new alarm; these parameters see a signal of AAPL every seven sessions."""
        return dict(self.post("signals/alarms", {"symbol": symbol, "window": window, "k": k}))

    def history(self) -> list[dict[str, Any]]:
        return list(self.get("signals/history?limit=200")["results"])

    def notifications(self) -> list[dict[str, Any]]:
        return list(self.get("notifications?status=all&limit=200")["results"])

    def wait_for_shard(self) -> None:
        """Until it answers every thread again: each has to find out for itself that its old connection is dead."""
        eventually(
            lambda: all(self.http.get("signals/alarms").status_code == 200 for _ in range(20)), "the shard's return"
        )

    def _json(self, method: str, path: str, status: int, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class Platform:
    """`make run` in processes that can be stopped one by one: web, streams, nginx, ..., by the Procfile's lines."""

    def __init__(self, root: Path) -> None:
        (root / "var").mkdir(parents=True)
        templates = ROOT / "var" / "templates"
        if templates.exists():
            (root / "var" / "templates").symlink_to(templates)
        engine = {name: os.environ[name] for name in ("ENGINE", "MYSQLD", "PATH") if name in os.environ}
        self.stack = Stack.load(environment=engine | {name: str(free_port()) for name in PORTS}, root=root)
        self.home = self.stack.home
        self.site = f"http://{LOOPBACK}:{self.stack.port('PORT').number}"
        self.behind_nginx = f"http://{LOOPBACK}:{self.stack.port('WSGI_PORT').number}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._names = (f"person{number}" for number in count(1))
        self._clients: list[httpx.Client] = []

    @property
    def environment(self) -> dict[str, str]:
        """Of every process; nothing of the test runner's own settings gets in."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
        path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{kept['PATH']}{os.pathsep}/usr/sbin"
        own = {"APP_ENV": "development", "PYTHONUNBUFFERED": "1", "THROTTLE_FACTOR": "1000"}
        own["SHARD_REREAD_SECONDS"] = "1"
        own["EMAIL_URL"] = f"filemail:///{self.home / 'mail'}"
        own["INGEST_TOKEN_HASHES"] = sha256(SERVICE_TOKEN.encode()).hexdigest()
        return {**kept, **self.stack.environment(), "PATH": path, **own}

    # Start and end ----------------------------------------------------------------------------------------------------
    def up(self) -> None:
        self.stack.up()
        self.manage("migrate_all")
        self.manage("seed")
        self.python(
            f"from datetime import date; from signals.market import feed; "
            f"feed.load_bars(after=None, until=date.fromisoformat('{FIRST_SESSIONS}'))"
        )
        self.stack.write_nginx_configuration()
        for name in ("web", "streams", "worker", "chat", "beat", "nginx"):
            self.start(name)
        eventually(lambda: self.ready().get("ready"), f"the site (logs: {self.home / 'log'})")

    def down(self) -> None:
        for client in self._clients:
            client.close()
        for name in ("replay", "nginx", "beat", "chat", "worker", "streams", "web"):
            self.stop(name)
        self.stack.down()
        shutil.rmtree(self.home / "data")  # the logs stay where pytest keeps its temporary files

    def start(self, name: str, command: str = "") -> None:
        """By its line in the Procfile unless another command is given, with its own log; nothing when it runs."""
        if name in self.processes:
            return
        command = command or PROCFILE[name].replace("$PWD/var", str(self.home))
        with (self.home / "log" / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                ["bash", "-c", command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self, name: str, number: Signals = Signals.SIGTERM) -> None:
        """Returns when it has ended; SIGKILL goes to its children too."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        with suppress(ProcessLookupError):
            if number == Signals.SIGKILL:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, Signals.SIGKILL)
            process.wait()

    def last_words(self, lines: int = 8) -> str:
        """Of each process: whether it runs, and the end of its log."""
        words = []
        for name, process in self.processes.items():
            log = (self.home / "log" / f"{name}.log").read_text(errors="replace").splitlines()
            words += [f"{name}: {'running' if process.poll() is None else f'ended with {process.returncode}'}"]
            words += [f"  {line[:200]}" for line in log[-lines:]]
        return "\n".join(words)

    # What it is told --------------------------------------------------------------------------------------------------
    def manage(self, *arguments: str) -> str:
        return self.run(["python", "manage.py", *arguments])

    def python(self, code: str, **variables: str) -> str:
        """A process with Django set up."""
        return self.run(["python", "-c", f"import django; django.setup(); {code}"], **variables)

    def run(self, command: list[str], **variables: str) -> str:
        environment = self.environment | {"DJANGO_SETTINGS_MODULE": "config.settings"} | variables
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def feed(self, sessions: int, every: float = 0) -> None:
        """The market's next sessions, one at a time."""
        self.manage("replay", "--sessions", str(sessions), "--every", str(every))

    def query(self, database: str, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of "global", "shard_1" or "shard_2", read (or changed) as an operator's client would."""
        server = self.stack.databases[database]
        connection = MySQLdb.connect(
            host=LOOPBACK,
            port=server.port.number,
            user="finance",
            password=server.password,
            database=server.database,
            charset="utf8mb4",
        )
        with closing(connection), closing(connection.cursor()) as cursor:
            cursor.execute(sql, parameters)
            rows = list(cursor.fetchall())
            connection.commit()
            return rows

    def latest_session(self) -> date:
        ((session,),) = self.query("global", "SELECT MAX(session) FROM table_market_bars")
        return date.fromisoformat(str(session))

    # Who uses it ------------------------------------------------------------------------------------------------------
    def client(self) -> httpx.Client:
        """Closed with the platform."""
        client = httpx.Client(base_url=f"{self.site}/api/v1/", timeout=30, trust_env=False)
        self._clients.append(client)
        return client

    def ready(self) -> dict[str, Any]:
        with suppress(httpx.HTTPError, ValueError):
            return dict(httpx.get(f"{self.site}/readyz", timeout=30, trust_env=False).json())
        return {}

    def user(self, shard: int | None = None) -> User:
        """A new account, logged in; of the shard that is asked for."""
        while True:
            user = self._sign_up(next(self._names))
            if shard in (None, user.shard_id):
                user.log_in()
                return user

    def _sign_up(self, account_id: str) -> User:
        http = self.client()
        body = {
            "account_id": account_id,
            "password": PASSWORD,
            "nickname": account_id.capitalize(),
            "email": f"{account_id}@example.com",
        }
        answer = http.post("auth/signup", json=body)
        assert answer.status_code == 201, answer.text
        key = answer.json()["account_db_key"]
        ((shard_id,),) = self.query(
            "global", "SELECT shard_id FROM table_user_shard_mapping WHERE account_db_key = %s", key
        )
        return User(http, account_id, key, shard_id)


def running(root: Path) -> Iterator[Platform]:
    """A platform that is up, and down again afterwards, also when it came up half."""
    platform = Platform(root)
    try:
        platform.up()
        yield platform
    finally:
        platform.down()
