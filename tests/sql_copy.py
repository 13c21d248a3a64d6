"""A copy of sql/ that a test may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from shards import procedures, routines

PROBE = """\
-- Says which text it is.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_probe()
SQL SECURITY INVOKER
BEGIN
    SELECT {answer} AS answer;
END;
"""


def _forget() -> None:
    for remembered in (routines.in_folder, routines.by_name, procedures._scope):
        remembered.cache_clear()


class Folder:
    """A copy of sql/ that a test may change: `folder.write("shard/probe/fp_probe", text)`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> None:
        target = self.path / f"{name}.sql"
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
        _forget()

    def remove(self, name: str) -> None:
        (self.path / f"{name}.sql").unlink()
        _forget()


@pytest.fixture
def sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """A copy of sql/ with one folder more, shard/probe, whose only routine answers 1."""
    shutil.copytree(routines.SQL, tmp_path / "sql")
    monkeypatch.setattr(routines, "SQL", tmp_path / "sql")
    folder = Folder(tmp_path / "sql")
    folder.write("shard/probe/fp_probe", PROBE.format(answer=1))
    yield folder
    monkeypatch.undo()
    _forget()
