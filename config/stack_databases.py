"""The database servers of the local stack.

What a server has to hold before anybody connects (its database, the user, time zones) is one file of SQL that it runs
by itself at every start. So no client program is needed, a start repairs what is missing, and both engines are told the
same.
"""

import hashlib
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.grants import APP, READ, grants
from config.stack_engines import RUN_AS, Engine
from config.stack_servers import LOOPBACK, Port, Server, StackError

USER = "finance"  # migrates, makes and drops databases
APP_USER, READ_USER = "finance_app", "finance_read"
COLLATION = "utf8mb4_unicode_520_ci"
TIME_ZONES = ("UTC", "Asia/Seoul", "America/New_York")
SOCKET_PATH_BYTES = 107  # of sockaddr_un's 108, the last is a NUL
DAY = 86_400
END_OF_TIMESTAMP = int(datetime(2038, 1, 1, tzinfo=UTC).timestamp())


class DatabaseServer(Server):
    def __init__(self, name: str, port: Port, home: Path, engine: Engine, templates: Path, password: str) -> None:
        self.start_sql = home / "run" / f"{name}.sql"
        super().__init__(name, port, home, mark=self.start_sql)  # the same for both engines: it finds either
        self.engine = engine
        self.templates = templates
        self.password = password
        self.database = f"finance_{name}"
        self.data = home / "data" / engine.name / name
        self.temporary = home / "data" / "tmp" / name  # its own: MariaDB begins by deleting every server's tables there
        self.socket = socket_path(home / "run" / f"{name}.sock")

    @property
    def url(self) -> str:
        return f"mysql://{USER}:{self.password}@{LOOPBACK}:{self.port.number}/{self.database}"

    @property
    def command(self) -> list[str]:
        options = {
            "datadir": self.data,
            "tmpdir": self.temporary,
            "socket": self.socket,
            "init-file": self.start_sql,
            "bind-address": LOOPBACK,
            "port": self.port.number,
            "character-set-server": "utf8mb4",
            "collation-server": COLLATION,
            "transaction-isolation": "READ-COMMITTED",
            "default-time-zone": "+00:00",
            "max-connections": 400,
            "performance-schema": "ON",
            "log-bin-trust-function-creators": 1,
            "innodb-buffer-pool-size": "128M",
            "innodb-flush-log-at-trx-commit": 2,  # survives a killed server, though not a power cut: half the cost
        }
        general = [f"--{key}={value}" for key, value in options.items()]
        return [self.engine.program, "--no-defaults", *RUN_AS, "--skip-name-resolve", *general, *self.engine.options]

    def prepare(self) -> None:
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        if self.socket.parent.owner() != self.home.owner():
            raise StackError(f"{self.socket.parent} belongs to {self.socket.parent.owner()}: remove it")
        # What a killed MySQL leaves behind stops the next one while the dead process still waits to be reaped.
        self.socket.with_name(f"{self.socket.name}.lock").unlink(missing_ok=True)
        if not self.data.exists():
            self.engine.make_data(self.data, self.templates)
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.start_sql.touch(mode=0o600)
        self.start_sql.write_text("".join(f"{statement};\n" for statement in self.start_statements()))

    def start_statements(self) -> Iterator[str]:
        yield f"CREATE DATABASE IF NOT EXISTS {self.database} CHARACTER SET utf8mb4 COLLATE {COLLATION}"
        yield f"DROP USER IF EXISTS root@'{LOOPBACK}', root@'::1'"  # MariaDB's, with no password: the socket is enough
        for user, rights in (
            (USER, ["GRANT ALL PRIVILEGES ON *.* TO {}"]),
            (APP_USER, grants(APP, "finance_%", "{}")),
            (READ_USER, grants(READ, "finance_%", "{}")),
        ):
            account = f"'{user}'@'{LOOPBACK}'"
            yield f"CREATE USER IF NOT EXISTS {account}"
            yield f"ALTER USER {account} IDENTIFIED BY '{self.password}'"
            yield from (right.format(account) for right in rights)
        for number, zone in enumerate(TIME_ZONES, start=1):
            yield from time_zone_statements(number, zone)

    def greets(self, connection: socket.socket) -> bool:
        """The server speaks first: three bytes of length, one of sequence, then protocol version 10."""
        return connection.recv(5)[4:] == b"\x0a"


def socket_path(path: Path) -> Path:
    """`path`, or where a checkout lies too deep for the kernel's limit, a short one that is always the same for it."""
    if len(bytes(path)) <= SOCKET_PATH_BYTES:
        return path
    digest = hashlib.sha256(bytes(path.parent)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"finance-{digest}", path.name)


def time_zone_statements(number: int, name: str) -> Iterator[str]:
    """A new server knows no zone names, and CONVERT_TZ to an unknown zone is NULL: rows would vanish without an error.

    Written from Python's own zone data, because each engine brings another loader and small installations bring none.
    """
    kinds, changes = zone_history(ZoneInfo(name))
    types = (f"({number}, {kind}, {offset}, {saving:d}, '{short}')" for (offset, saving, short), kind in kinds.items())
    yield f"REPLACE INTO mysql.time_zone VALUES ({number}, 'N')"
    yield f"REPLACE INTO mysql.time_zone_name VALUES ('{name}', {number})"
    yield f"REPLACE INTO mysql.time_zone_transition_type VALUES {', '.join(types)}"
    if changes:
        transitions = (f"({number}, {second}, {kind})" for second, kind in changes)
        yield f"REPLACE INTO mysql.time_zone_transition VALUES {', '.join(transitions)}"


def zone_history(zone: ZoneInfo) -> tuple[dict[tuple[int, bool, str], int], list[tuple[int, int]]]:
    """({(offset in seconds, daylight saving, abbreviation): kind}, [(second of a change, its new kind)]), 1970 to 2037.

    Kind 0 comes first: what the servers take for every moment before the first change.
    """
    kinds: dict[tuple[int, bool, str], int] = {}

    def kind_at(second: int) -> int:
        moment = datetime.fromtimestamp(second, zone)
        offset = round((moment.utcoffset() or timedelta()).total_seconds())
        return kinds.setdefault((offset, bool(moment.dst()), moment.tzname() or ""), len(kinds))

    before = kind_at(0)
    changes: list[tuple[int, int]] = []
    for midnight in range(0, END_OF_TIMESTAMP, DAY):
        if kind_at(midnight + DAY) != before:
            low, high = midnight, midnight + DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if kind_at(middle) == before else (low, middle)
            before = kind_at(high)
            changes.append((high, before))
    return kinds, changes
