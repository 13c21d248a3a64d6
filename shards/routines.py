"""The stored routines as files: `sql/<scope>/<app>/<routine>.sql`, one CREATE each (DESIGN section 4).

The text in the file is what a DBA reads; installing adds only a COMMENT with the folder and the text's digest,
so that every database can be asked what it runs. Triggers carry no COMMENT; their text itself is compared.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.env import BASE_DIR
from shards.scope import Scope

SQL = BASE_DIR / "sql"
CREATE = re.compile(r"^CREATE (PROCEDURE|FUNCTION|TRIGGER) (\w+)", re.MULTILINE)
SECURITY = "SQL SECURITY INVOKER"


@dataclass(frozen=True)
class Routine:
    name: str
    kind: str  # PROCEDURE, FUNCTION or TRIGGER
    folder: str  # "shard/signals"
    text: str

    @property
    def scope(self) -> Scope:
        return Scope(self.folder.partition("/")[0])

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def comment(self) -> str:
        """What information_schema.routines.routine_comment reads once this text is installed."""
        return f"{self.folder} {self.digest}"

    @property
    def statement(self) -> str:
        """The CREATE statement alone, with the comment that marks it."""
        create = self.text[self._match().start() :].rstrip().removesuffix(";")
        return create.replace(SECURITY, f"{SECURITY} COMMENT '{self.comment}'", 1)

    @property
    def body(self) -> str:
        """A trigger's body on one line without comments: what `information_schema` returns, made comparable."""
        return one_line(self.text.partition("FOR EACH ROW")[2].rstrip().removesuffix(";"))

    def _match(self) -> re.Match[str]:
        match = CREATE.search(self.text)
        if match is None:
            raise ValueError(f"sql/{self.folder}/{self.name}.sql has no CREATE PROCEDURE, FUNCTION or TRIGGER")
        return match


def one_line(sql: str) -> str:
    return " ".join(re.sub(r"--[^\n]*", "", sql).split())


def folders() -> list[str]:
    return sorted({str(path.parent.relative_to(SQL)) for path in SQL.glob("*/*/*.sql")})


@cache
def in_folder(folder: str) -> tuple[Routine, ...]:
    return tuple(_read(path, folder) for path in sorted((SQL / folder).glob("*.sql")))


@cache
def by_name() -> dict[str, Routine]:
    return {routine.name: routine for folder in folders() for routine in in_folder(folder)}


def folder_digest(folder: str) -> str:
    """Changes with any file of the folder; what an InstallRoutines operation carries."""
    return hashlib.sha256("".join(f"{r.name} {r.digest}\n" for r in in_folder(folder)).encode()).hexdigest()[:16]


def expected_on(alias: str) -> list[Routine]:
    """The routines that the database behind this alias must have."""
    return [routine for routine in by_name().values() if routine.scope.covers(alias)]


def _read(path: Path, folder: str) -> Routine:
    text = path.read_text()
    match = CREATE.search(text)
    return Routine(name=path.stem, kind=match[1] if match else "", folder=folder, text=text)
