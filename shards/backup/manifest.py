"""What a backup says of itself, and whether its files are what it says."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FORMAT = 1
MANIFEST, SCHEMA = "manifest.json", "schema.sql.gz"

Told = Callable[[str], None]  # is given each step, for people


class BackupRefused(Exception):
    """Nothing was changed; the message says why."""


@dataclass(frozen=True)
class Table:
    name: str
    rows: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}.sql.gz"


@dataclass(frozen=True)
class Manifest:
    alias: str  # default, shard_2: what it is a backup of
    database: str
    server: str
    collation: str
    snapshot_at: datetime  # aware; every table is as it was at this moment
    schema_sha256: str
    tables: tuple[Table, ...]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def write(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), default=str, indent=1) + "\n")


def read(folder: Path) -> Manifest:
    """The manifest, after every file was compared with it. Raises BackupRefused."""
    try:
        said = json.loads((folder / MANIFEST).read_text())
        if said["format"] != FORMAT:
            raise BackupRefused(f"{folder}: format {said['format']} is not read by this version")
        tables = tuple(Table(**table) for table in said.pop("tables"))
        manifest = Manifest(**said | {"snapshot_at": datetime.fromisoformat(said["snapshot_at"])}, tables=tables)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused(f"{folder} holds no whole backup: {error}") from error
    expected = {SCHEMA: manifest.schema_sha256} | {table.file: table.sha256 for table in tables}
    for name, sha256 in expected.items():
        if not (folder / name).is_file():
            raise BackupRefused(f"{folder}: {name} is missing")
        if digest(folder / name) != sha256:
            raise BackupRefused(f"{folder}: {name} is not what was written")
    return manifest


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
