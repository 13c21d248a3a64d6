"""The processes of the local stack: started detached, found again by pid file, stopped, killed and paused one by one.

A server outlives the command that started it, so nothing is kept in memory: every call reads the pid file, and believes
it only if that process's command line has the server's mark (the number may have been given to a stranger since). The
file is ours alone: servers truncate the one that they write, and for a moment it would name nobody.
"""

import os
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import NamedTuple

LOOPBACK = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 30.0

# The shell's end hands the server to init, so that no starter has a child to reap; setsid keeps Ctrl-C away from it.
DETACHED = 'log=$1; shift; setsid "$@" </dev/null >>"$log" 2>&1 & echo $!'


class StackError(Exception):
    """Something that the person at the keyboard has to put right; its text is all that they need to see."""


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


class Port(NamedTuple):
    number: int
    variable: str  # what the user sets to choose another number

    def require_free(self, wanted_by: str) -> None:
        """Asked before anything starts: otherwise the reason would be at the end of some server's log."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, self.number))
            except OSError as error:
                reason = os.strerror(error.errno or 0).lower()
                raise StackError(
                    f"port {self.number}, wanted by {wanted_by}: {reason}; set {self.variable} to use another port"
                ) from None


@dataclass(frozen=True)
class Daemon:
    """A process known by its pid file; `mark` is what its command line must contain to be believed."""

    pid_file: Path
    mark: str

    def _find(self) -> tuple[int, list[str]]:
        """Its pid and command line; (0, []) when it is gone, is another one, or has died and waits to be reaped."""
        with suppress(OSError, ValueError):
            pid = int(self.pid_file.read_text())
            arguments = command_line(pid)
            if any(self.mark in argument for argument in arguments):
                return pid, arguments
        return 0, []

    def is_alive(self) -> bool:
        return self._find()[0] != 0

    def was_started_with(self, arguments: list[str]) -> bool:
        return set(arguments) <= set(self._find()[1])

    def send(self, number: Signals) -> int:
        """Returns the pid that got the signal, or 0."""
        pid, _ = self._find()
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return pid

    def end(self, number: Signals) -> None:
        """Returns when it is gone. A paused process is woken: until then it sees no signal but SIGKILL."""
        pid = self.send(number)
        self.send(Signals.SIGCONT)
        if not wait_until(lambda: has_ended(pid), STOP_SECONDS):
            raise StackError(f"{self.mark} is still running {STOP_SECONDS:.0f} s after {number.name}")
        self.pid_file.unlink(missing_ok=True)


def command_line(pid: int) -> list[str]:
    """Empty for a moment while one program gives way to the next (a shell, a wrapper, the server), and at death."""
    deadline = time.monotonic() + 1
    while True:
        text = Path(f"/proc/{pid}/cmdline").read_bytes()
        if text or has_ended(pid) or time.monotonic() > deadline:
            return text.decode().split("\0")
        time.sleep(0.001)


def has_ended(pid: int) -> bool:
    """A killed process keeps its ports until its last thread is gone, long after its command line and first thread.

    Where init reaps nothing, as in many containers, what stays is a zombie of one thread.
    """
    process = Path("/proc", str(pid))
    try:
        state = (process / "stat").read_text().rpartition(") ")[2][0]
        return state in "ZX" and len(list((process / "task").iterdir())) == 1
    except OSError:
        return True


class Server(ABC):
    """One private server on loopback. Subclasses say how it is called, prepared and asked for a sign of life."""

    def __init__(self, name: str, port: Port, home: Path, mark: Path) -> None:
        self.name = name
        self.port = port
        self.home = home
        self.log = home / "log" / f"{name}.log"
        self.pid_file = home / "run" / f"{name}.pid"
        self.daemon = Daemon(self.pid_file, str(mark))

    @property
    @abstractmethod
    def command(self) -> list[str]:
        """It must contain the mark."""

    @abstractmethod
    def prepare(self) -> None:
        """Makes what the command needs; called before every start."""

    @abstractmethod
    def greets(self, connection: socket.socket) -> bool:
        """Whether the peer speaks like a server of this kind that is ready for work."""

    def is_current(self) -> bool:
        """Alive, and started with the very arguments that it would be started with now."""
        return self.daemon.was_started_with(self.command[1:])

    def is_up(self) -> bool:
        if not self.daemon.is_alive():
            return False
        with suppress(OSError), socket.create_connection((LOOPBACK, self.port.number), timeout=1) as connection:
            return self.greets(connection)
        return False

    def require_port(self) -> None:
        if not self.daemon.is_alive():
            self.port.require_free(self.name)

    def start(self) -> None:
        """Returns before it answers (`wait` is for that), so that several start side by side."""
        if self.is_current():
            return
        self.stop()
        self.require_port()
        for directory in ("data", "log", "run"):
            (self.home / directory).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.prepare()
        started = ["sh", "-c", DETACHED, "sh", str(self.log), *self.command]
        self.pid_file.write_bytes(subprocess.run(started, stdout=subprocess.PIPE, check=True).stdout)

    def wait(self, seconds: float = START_SECONDS) -> None:
        if wait_until(lambda: self.is_up() or not self.daemon.is_alive(), seconds) and self.daemon.is_alive():
            return
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) if self.log.exists() else "(empty)"
        raise StackError(f"{self.name} does not answer on port {self.port.number}; the end of {self.log}:\n{tail}")

    def stop(self) -> None:
        self.daemon.end(Signals.SIGTERM)

    def kill(self) -> None:
        self.daemon.end(Signals.SIGKILL)

    def pause(self) -> None:
        self.daemon.send(Signals.SIGSTOP)

    def resume(self) -> None:
        self.daemon.send(Signals.SIGCONT)


class RedisServer(Server):
    """`policy` is the whole difference between the two: what is kept, and what happens when memory is full."""

    def __init__(self, name: str, port: Port, home: Path, policy: dict[str, str]) -> None:
        self.data = home / "data" / name
        super().__init__(name, port, home, mark=self.data)
        self.policy = policy

    @property
    def command(self) -> list[str]:
        options = {
            "bind": LOOPBACK,
            "port": str(self.port.number),
            "dir": str(self.data),
            "set-proc-title": "no",  # or the command line, by which it is found again, would be overwritten
            "save": "",
            **self.policy,
        }
        return ["redis-server", *(word for key, value in options.items() for word in (f"--{key}", value))]

    def prepare(self) -> None:
        self.data.mkdir(exist_ok=True)

    def greets(self, connection: socket.socket) -> bool:
        """While the append-only file is being read the answer is -LOADING."""
        connection.sendall(b"PING\r\n")
        return connection.recv(5) == b"+PONG"
