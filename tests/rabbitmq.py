"""A private RabbitMQ from Debian's package, as config.stack_servers starts its own: by pid file, on loopback."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL

from kombu import Connection
from kombu.exceptions import OperationalError

from config.stack_servers import LOOPBACK, wait_until
from tests.e2e.platform import free_port

PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # Debian's wrapper in /usr/sbin changes the user
START_SECONDS = 60.0


class RabbitMQ:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.epmd_port = free_port(), free_port()
        self.url = f"amqp://guest:guest@{LOOPBACK}:{self.port}//"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it takes connections. Erlang's port mapper is its own, too, and ends with it."""
        self.home.mkdir(exist_ok=True)
        (self.home / "plugins").write_text("[].")
        environment = os.environ | {
            "HOME": str(self.home),
            "RABBITMQ_NODENAME": f"outbox{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_MNESIA_BASE": str(self.home / "data"),
            "RABBITMQ_LOG_BASE": str(self.home / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "none"),
        }
        with (self.home / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [PROGRAM],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        if not wait_until(self.answers, START_SECONDS, pause=0.1):
            raise AssertionError((self.home / "output").read_text()[-2_000:])

    def answers(self) -> bool:
        with suppress(OperationalError, OSError), Connection(self.url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
            return True
        return False

    def kill(self) -> None:
        """With all that it started. Returns when its port is free."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, SIGKILL)
        self.process.wait()
        self.process = None
        mapper = ["epmd", "-port", str(self.epmd_port), "-kill"]  # it forgets a dead node after a moment
        wait_until(lambda: subprocess.run(mapper, capture_output=True, check=False).returncode == 0, 5, pause=0.1)


@contextmanager
def rabbitmq(home: Path) -> Iterator[RabbitMQ]:
    server = RabbitMQ(home)
    try:
        server.start()
        yield server
    finally:
        server.kill()
