"""The local servers: `python -m config.stack up|down|status|nginx|ready [--name test]`.

Three database servers, so that the loss of one can be tested for real, and two Redis servers, one that keeps what it is
given and one that forgets; all private, under `var/`, on loopback. The stack `test` is a second set under `var/test/`.
Needs Python and nothing else, and starts without Django.
"""

import argparse
import fcntl
import os
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import Signals
from urllib.request import urlopen

from config.stack_databases import APP_USER, USER, DatabaseServer
from config.stack_engines import find_engine
from config.stack_nginx import nginx_configuration
from config.stack_servers import LOOPBACK, Daemon, Port, RedisServer, Server, StackError, wait_until

ROOT = Path(__file__).resolve().parent.parent

# Variable -> port. The stack `test` has ports of its own: TEST_<variable>, 20 higher. PORT_SHIFT moves every one that
# has no variable, for a second checkout on the same machine.
PORTS = {
    "PORT": 8000,  # the site
    "WSGI_PORT": 24100,
    "GLOBAL_DATABASE_PORT": 24101,
    "SHARD_1_DATABASE_PORT": 24102,
    "SHARD_2_DATABASE_PORT": 24103,
    "REDIS_PORT": 24104,
    "CACHE_PORT": 24105,
    "ASGI_PORT": 24106,  # streams
}
TEST_SHIFT = 20
SITE_SECONDS = 60.0

# Database server -> the variable with its URL. Who sets that variable brings a server along, and none is started.
DATABASE_URLS = {"global": "DATABASE_URL", "shard_1": "SHARD_1_DATABASE_URL", "shard_2": "SHARD_2_DATABASE_URL"}

KEEPING = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}
EVICTING = {"appendonly": "no", "maxmemory": "128mb", "maxmemory-policy": "allkeys-lru"}

SECRETS = {"SECRET_KEY": 48, "SHARD_DATABASE_PASSWORD": 18}  # bytes; made once, then kept in the env file


class Stack:
    """One set of servers by name: "global", "shard_1", "shard_2", "redis", "cache"."""

    def __init__(self, name: str, environment: Mapping[str, str], root: Path) -> None:
        self.name = name
        self.home = root / "var" / "test" if name == "test" else root / "var"
        self.env_file = self.home / "stack.env"
        self.site = Daemon(self.home / "run" / "site.pid", mark="honcho")
        self.chosen = environment
        self.recorded = read_variables(self.env_file)
        self.secrets = {
            key: environment.get(key) or self.recorded.get(key) or secrets.token_urlsafe(size)
            for key, size in SECRETS.items()
        }
        self.databases = {server.name: server for server in self._database_servers(root / "var" / "templates")}
        self.redis = RedisServer("redis", self.port("REDIS_PORT"), self.home, KEEPING)
        self.cache = RedisServer("cache", self.port("CACHE_PORT"), self.home, EVICTING)
        self.servers: dict[str, Server] = {**self.databases, "redis": self.redis, "cache": self.cache}

    @classmethod
    def load(cls, name: str = "run", environment: Mapping[str, str] = os.environ, root: Path = ROOT) -> "Stack":
        return cls(name, {**read_variables(root / ".env"), **environment}, root)

    def port(self, name: str) -> Port:
        test = self.name == "test"
        variable = f"TEST_{name}" if test else name
        default = PORTS[name] + self._number("PORT_SHIFT", 0) + (TEST_SHIFT if test else 0)
        return Port(self._number(variable, default), variable)

    def _number(self, variable: str, default: int) -> int:
        text = self.chosen.get(variable) or str(default)
        if not text.isdecimal() or int(text) > 65_535:
            raise StackError(f"{variable}={text}: must be a port number")
        return int(text)

    def _database_servers(self, templates: Path) -> Iterator[DatabaseServer]:
        ours = [name for name, variable in DATABASE_URLS.items() if not self._is_elsewhere(variable)]
        if ours:
            engine = find_engine(self.chosen)
            password = self.secrets["SHARD_DATABASE_PASSWORD"]
            for name in ours:
                port = self.port(f"{name.upper()}_DATABASE_PORT")
                yield DatabaseServer(name, port, self.home, engine, templates, password)

    def _is_elsewhere(self, variable: str) -> bool:
        """A process that has read the env file has our own URLs in its environment, too: those are not a choice."""
        return self.chosen.get(variable, "") not in ("", self.recorded.get(variable))

    def environment(self) -> dict[str, str]:
        """What a process needs to find these servers; the choices are in it so that it sees the same stack as `up`."""
        choices = ["ENGINE", "MYSQLD", "PORT_SHIFT", *(self.port(name).variable for name in PORTS)]
        return {
            **{variable: self.chosen[variable] for variable in choices if self.chosen.get(variable)},
            **self.secrets,
            "SHARD_DATABASE_USER": USER,
            # Tests make tables, and databases under many names.
            "DATABASE_APP_USER": "" if self.name == "test" else APP_USER,
            "DATABASE_APP_PASSWORD": self.secrets["SHARD_DATABASE_PASSWORD"],
            "PORT": str(self.port("PORT").number),
            "WSGI_PORT": str(self.port("WSGI_PORT").number),
            "ASGI_PORT": str(self.port("ASGI_PORT").number),
            "REDIS_URL": f"redis://{LOOPBACK}:{self.redis.port.number}/0",
            "CACHE_URL": f"redis://{LOOPBACK}:{self.cache.port.number}/0",
            **{DATABASE_URLS[name]: server.url for name, server in self.databases.items()},
        }

    def up(self) -> None:
        """Idempotent: what runs as it should is left alone, what runs with other arguments is started anew."""
        with self._one_at_a_time():
            if not self.env_file.exists():
                self._stop_servers()  # the password that they know is lost
            for server in self.servers.values():
                server.require_port()
            for server in self.servers.values():
                server.start()
            for server in self.servers.values():
                server.wait()
            self._write_env_file()

    def down(self) -> None:
        """The site first, so that it does not see its databases go."""
        self.site.end(Signals.SIGTERM)
        with self._one_at_a_time():
            self._stop_servers()

    def write_nginx_configuration(self) -> None:
        """Asks for the ports here, because this is the last step before the processes that will take them."""
        port, wsgi_port, asgi_port = self.port("PORT"), self.port("WSGI_PORT"), self.port("ASGI_PORT")
        port.require_free("the site")
        wsgi_port.require_free("the web process")
        asgi_port.require_free("the streams' process")
        directory = self.home / "nginx"
        directory.mkdir(parents=True, exist_ok=True)
        (self.home / "log").mkdir(exist_ok=True)
        text = nginx_configuration(self.home, port.number, wsgi_port.number, asgi_port.number)
        (directory / "nginx.conf").write_text(text)

    def wait_for_site(self) -> None:
        """Until the whole way is open: web and streams, nginx, Django. nginx is left in peace until those two are."""
        port, inner = self.port("PORT").number, [self.port(name).number for name in ("WSGI_PORT", "ASGI_PORT")]

        def is_open() -> bool:
            with suppress(OSError):
                for number in inner:
                    socket.create_connection((LOOPBACK, number)).close()
                with urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=5):
                    return True
            return False

        wait_until(lambda: is_open() or not self.site.is_alive(), SITE_SECONDS, pause=0.2)
        if not self.site.is_alive() or not is_open():
            raise StackError(f"the site did not open on port {port}; the lines above say why")

    def _stop_servers(self) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.stop, self.servers.values()))

    def _write_env_file(self) -> None:
        """Whole or not at all, and from its first byte for its owner's eyes only: it holds the password."""
        new = self.env_file.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text("".join(f"{key}={value}\n" for key, value in self.environment().items()))
        new.replace(self.env_file)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "stack.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def read_variables(path: Path) -> dict[str, str]:
    """The plain KEY=value lines of a file, and nothing where there is no file."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {key.strip(): value.strip().strip("'\"") for key, _, value in pairs}


def status(stack: Stack) -> int:
    """Exit status 0 when every server answers."""
    states = {name: server.is_up() for name, server in stack.servers.items()}
    for name, server in stack.servers.items():
        silent = "does not answer" if server.daemon.is_alive() else "down"
        print(f"{name:8} {server.port.number:5}  {'up' if states[name] else silent}")
    return 0 if all(states.values()) else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.stack", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", choices=["up", "down", "status", "nginx", "ready"])
    parser.add_argument("--name", choices=["run", "test"], default="run")
    options = parser.parse_args()
    try:
        stack = Stack.load(options.name)
        match options.action:
            case "up":
                stack.up()
            case "down":
                stack.down()
            case "nginx":
                stack.write_nginx_configuration()
            case "ready":
                stack.wait_for_site()
            case "status":
                return status(stack)
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
