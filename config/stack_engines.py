"""The two kinds of database server, MySQL and MariaDB: finding one on this machine, and making its data directories."""

import os
import shutil
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from config.stack_servers import StackError

# Ordinary users of Debian have no sbin in their PATH, and servers live there.
PROGRAM_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])

# Both refuse to be root by accident.
RUN_AS = ["--user=root"] if os.geteuid() == 0 else []


class Engine(ABC):
    """A server program, the options that it alone understands, and how it lays out an empty data directory."""

    name: str
    options: list[str]

    def __init__(self, program: str, version: str) -> None:
        self.program = program
        self.version = version

    @abstractmethod
    def initialise(self, data: Path) -> list[str]:
        """The command that fills `data`. Its root user has no password: the sockets' directory is its only guard."""

    def make_data(self, data: Path, templates: Path) -> None:
        """Laying out a directory takes seconds and copying one does not, so it is laid out once for each version."""
        template = templates / f"{self.name}-{self.version}"
        if not template.exists():
            self._make_template(template)
        data.parent.mkdir(parents=True, exist_ok=True)
        copying = data.with_suffix(".copying")  # a copy that was cut short must not pass for a data directory
        shutil.rmtree(copying, ignore_errors=True)
        shutil.copytree(template, copying)
        copying.rename(data)

    def _make_template(self, template: Path) -> None:
        template.parent.mkdir(parents=True, exist_ok=True)
        log = template.with_name(f"{template.name}.log")
        with tempfile.TemporaryDirectory(dir=template.parent) as scratch, log.open("w") as output:
            made = Path(scratch, "data")
            made.mkdir()
            command = self.initialise(made)
            try:
                subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=True)
            except subprocess.CalledProcessError:
                raise StackError(f"{command[0]} could not make a data directory; {log} says why") from None
            (made / "auto.cnf").unlink(missing_ok=True)  # MySQL's server id: each copy makes its own
            with suppress(OSError):  # another stack was faster, and its template is as good
                made.rename(template)


class MariaDB(Engine):
    name = "mariadb"
    options = ["--innodb-log-file-size=96M"]

    def initialise(self, data: Path) -> list[str]:
        installer = shutil.which("mariadb-install-db", path=f"{Path(self.program).parent}{os.pathsep}{PROGRAM_PATH}")
        if installer is None:
            raise StackError(f"{self.program} is MariaDB, but mariadb-install-db is neither beside it nor in PATH")
        fresh = ["--skip-test-db", "--auth-root-authentication-method=normal", "--innodb-log-file-size=4M"]
        return [installer, "--no-defaults", *RUN_AS, *fresh, f"--datadir={data}"]


class MySQL(Engine):
    name = "mysql"
    # Packages name a directory for LOAD DATA that only their own user can open; NULL says that there is none.
    options = ["--disable-log-bin", "--mysqlx=OFF", "--innodb-redo-log-capacity=96M", "--secure-file-priv=NULL"]

    def initialise(self, data: Path) -> list[str]:
        fresh = ["--initialize-insecure", "--disable-log-bin", "--innodb-redo-log-capacity=8M"]
        return [self.program, "--no-defaults", *RUN_AS, *fresh, f"--datadir={data}"]


def find_engine(environment: Mapping[str, str]) -> Engine:
    """ENGINE=mysql or mariadb chooses where both are installed; MYSQLD names a program that is not in PATH."""
    wanted = environment.get("ENGINE", "")
    if wanted not in ("", MariaDB.name, MySQL.name):
        raise StackError(f"ENGINE={wanted}: must be {MySQL.name} or {MariaDB.name}")
    named = environment.get("MYSQLD", "")
    for candidate in [named] if named else ["mariadbd", "mysqld"]:
        if program := shutil.which(candidate, path=PROGRAM_PATH):
            version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
            engine = MariaDB if "MariaDB" in version else MySQL  # Debian's mysqld is MariaDB: the name says nothing
            if wanted in ("", engine.name):
                return engine(program, version.partition("Ver ")[2].split(" ")[0])
    place = f"MYSQLD={named}" if named else "PATH"
    raise StackError(f"no server program of {wanted or 'MySQL or MariaDB'} in {place}: install one, or set MYSQLD")
