import json
from argparse import RawDescriptionHelpFormatter
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from MySQLdb import Error as DriverError

from shards import directory
from shards.legacy.importing import Mode, orphans, walk_tables
from shards.legacy.report import Report
from shards.legacy.residence import let_them_in, make_room, map_placed, place
from shards.legacy.source import Source, opened
from shards.legacy.tables import AFTERWARDS, LEFT_OUT, Walk
from shards.migrating import progress
from shards.models import ShardConfig
from shards.scope import Scope, on_global, on_shard

HELP = """\
Bring the data of the earlier platform here. LEGACY_DATABASE_URL and LEGACY_SHARD_<n>_DATABASE_URL say where it is;
nothing is changed there. Keys, shards and identities stay what they were.

  manage.py import_legacy --time-zone Asia/Seoul            a dry run: what would be written, and what is refused
  manage.py import_legacy --time-zone Asia/Seoul --write    writes, then compares every row; run it again if it was
  cut off

At its end: rows, sums and digests of each table, as they should be and as they are, and each refused row with its
reason. Exit status 1 when they differ.
"""
Refusals = dict[tuple[str, str, str], str]


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--time-zone", required=True, help="in which the earlier servers wrote their times")
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--refused", type=Path, help="a file for the refused rows, one a line, as JSON")

    def handle(self, *, time_zone: str, write: bool, refused: Path | None, **options: Any) -> None:
        try:
            zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise CommandError(f"no such time zone: {time_zone}") from error
        directory.refresh()
        walk = Walk(zone, sorted(ShardConfig.objects.values_list("pk", flat=True)))
        try:
            with opened(zone) as sources, progress() as shown:
                if unknown := sources.keys() - {None, *walk.shard_ids}:
                    raise CommandError(f"nothing was changed: there is no shard {', '.join(map(str, unknown))} here")
                task = shown.add_task("reading", total=1)
                reports = self._run(sources, walk, write, lambda text: shown.update(task, description=text))
                shown.update(task, completed=1)
                lost = {(_name(s), table): n for s, at in sources.items() for table, n in orphans(at, s) if n}
        except KeyError as error:
            raise CommandError(f"nothing was changed: {error.args[0]} is not set") from error
        except DriverError as error:
            raise CommandError(f"an earlier database does not answer: {error}; run this again") from error
        refusals = {(r.source, table, key): why for r in reports for (table, key), why in r.refused.items()}
        self._tell(reports, refusals, lost, write=write)
        if refused is not None:
            _write_refusals(refused, refusals)
        if write and not all(report.is_equal for report in reports):
            raise CommandError("what is here is not what it should be; run this again")

    def _run(self, sources: dict[int | None, Source], walk: Walk, write: bool, tell: Any) -> list[Report]:
        """The reports of the last pass: dry, or comparing what has been written."""
        if write:
            _pass(sources, walk, Mode.WRITE, tell)
            let_them_in(walk)
        return _pass(sources, walk, Mode.COMPARE if write else Mode.DRY, tell)

    def _tell(
        self, reports: list[Report], refusals: Refusals, lost: dict[tuple[str, str], int], *, write: bool
    ) -> None:
        for report in reports:
            self.stdout.write(f"{report.source}, {report.table}: {report.read:,} rows read")
            for name, totals in report.totals.items():
                self.stdout.write(f"  {name}: {'should be' if write else 'would be'} {totals.expected}")
                self.stdout.write(f"  {name}: {'is' if write else 'is by now'} {totals.found}")
        for name, why in LEFT_OUT.items():
            self.stdout.write(f"{name} is left out: it {why}")
        for (source, table), count in lost.items():
            self.stdout.write(f"{source}, {table}: {count:,} rows refused: parent_missing")
        for (source, table, key), why in refusals.items():
            self.stdout.write(f"{source}, {table}, {key} refused: {why}")
        counted = Counter((table, why) for (_, table, _), why in refusals.items())
        for (table, why), count in sorted(counted.items()):
            self.stdout.write(f"{table}: {count:,} refused: {why}")
        if write and all(report.is_equal for report in reports):
            self.stdout.write("verified: every row is here as it should be")


def _name(shard_id: int | None) -> str:
    return "global" if shard_id is None else f"shard {shard_id}"


def _pass(sources: dict[int | None, Source], walk: Walk, mode: Mode, tell: Any) -> list[Report]:
    with on_global():
        reports = list(walk_tables(sources[None], None, walk, mode, tell))
        placed = place(walk)
        if mode is Mode.WRITE:
            map_placed(walk, placed)
            _afterwards(Scope.GLOBAL, walk, sorted(walk.accounts))
    for shard_id in sorted(number for number in sources if number is not None):
        here = sorted(key for key, there in walk.shards.items() if there == shard_id)
        with on_shard(shard_id):
            if mode is Mode.WRITE:
                make_room(here)
            reports += walk_tables(sources[shard_id], shard_id, walk, mode, tell)
            if mode is Mode.WRITE:
                _afterwards(Scope.SHARD, walk, here)
    return reports


def _afterwards(scope: Scope, walk: Walk, accounts: list[int]) -> None:
    for of, work in AFTERWARDS:
        if of is scope:
            work(walk, accounts)


def _write_refusals(path: Path, refusals: Refusals) -> None:
    with path.open("w") as file:
        path.chmod(0o600)
        for (source, table, key), why in refusals.items():
            file.write(json.dumps({"source": source, "table": table, "key": key, "reason": why}) + "\n")
