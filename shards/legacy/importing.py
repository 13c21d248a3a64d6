"""The walk over the earlier tables: dry, writing, or comparing what is here with what it would write."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from django.db import DatabaseError, transaction
from django.db.models import Model

from config.databases import GLOBAL, is_lost, shard_alias
from shards.legacy.cells import Refused, Row
from shards.legacy.report import Converted, Report
from shards.legacy.source import Source
from shards.legacy.tables import TABLES, Legacy, Made, Walk
from shards.legacy.totals import Identity, Totals, identity, like, told
from shards.scope import Scope

Told = Callable[[str], None]


class Mode(Enum):
    DRY = "dry run"  # converts, and compares with what is here
    WRITE = "writing"
    COMPARE = "comparing"  # what is not here is a difference


def walk_tables(source: Source, shard_id: int | None, walk: Walk, mode: Mode, tell: Told) -> Iterator[Report]:
    """The tables of one earlier database, in order. What later tables must know is kept in `walk`."""
    alias = GLOBAL if shard_id is None else shard_alias(shard_id)
    for table in TABLES:
        if (table.scope is Scope.GLOBAL) != (shard_id is None):
            continue
        report = Report("global" if shard_id is None else f"shard {shard_id}", table.table)
        taken = _taken(source, table) | walk.refused.get((alias, table.table), {})
        for rows in source.batches(table):
            converted = _converted(rows, table, shard_id, walk, taken, report)
            missing = _compare(converted, table, alias, report)
            if mode is Mode.WRITE:
                _write(converted, missing, table, alias, walk, report)
            if table.accepted:
                for one in converted:
                    if (table.table, one.key) not in report.refused:
                        table.accepted(walk, one.row)
            tell(f"{mode.value}: {report.source}, {table.table}, {report.read:,} rows")
        yield report


def orphans(source: Source, shard_id: int | None) -> Iterator[tuple[str, int]]:
    """(table, how many) of children without a parent, whom no walk over parents meets."""
    for table in TABLES:
        child = table.children
        if child is not None and (table.scope is Scope.GLOBAL) == (shard_id is None):
            (count,) = source.keys(
                f"SELECT COUNT(*) FROM {child.table} c LEFT JOIN {table.table} p"  # noqa: S608  # registered names
                f" ON p.{child.parent} = c.{child.parent} WHERE p.{child.parent} IS NULL"
            )[0]
            yield child.table, int(count)


def _taken(source: Source, table: Legacy) -> dict[str, str]:
    """key -> why that row cannot stay beside another one."""
    return {"/".join(key): reason for reason, select in table.taken.items() for key in source.keys(select)}


def _converted(
    rows: list[Row], table: Legacy, shard_id: int | None, walk: Walk, taken: dict[str, str], report: Report
) -> list[Converted]:
    converted = []
    for row in rows:
        report.read += 1 + len(row.children)
        key = _key(row, table.key)
        try:
            _require_place(row, key, taken, table, shard_id, walk)
            converted.append(Converted(row, key, table.convert(row, walk)))
        except Refused as error:
            _refuse(report, table, row, key, str(error))
        for child, reason in row.refused:
            _refuse_child(report, table, child, reason)
    return converted


def _require_place(row: Row, key: str, taken: dict[str, str], table: Legacy, shard_id: int | None, walk: Walk) -> None:
    if table.owned and row.owner not in walk.accounts:
        raise Refused("account_unknown")
    if table.owned and shard_id is not None and walk.shards.get(row.owner) != shard_id:
        raise Refused("account_on_another_shard")
    if key in taken:
        raise Refused(taken[key])


def _compare(converted: list[Converted], table: Legacy, alias: str, report: Report) -> set[int]:
    """Which models (by `id`) are not here yet. An earlier row that meets another one here is refused, and left out."""
    there = {
        kind: like([m for one in converted for m in one.models if type(m) is kind], kind, made, alias)
        for kind, made in table.made.items()
    }
    missing: set[int] = set()
    for one in list(converted):
        pairs = [_pair(model, table.made[type(model)], there[type(model)]) for model in one.models]
        others = [pair.model for pair in pairs if pair.here is not None and pair.said_here != pair.said]
        if others:
            _refuse(report, table, one.row, one.key, f"{others[0]._meta.db_table}_has_another")
            converted.remove(one)
            continue
        for pair in pairs:
            made = table.made[type(pair.model)]
            totals = report.totals.setdefault(pair.model._meta.db_table, Totals())
            totals.expected.add(pair.model, made, pair.said)
            if pair.here is None:
                missing.add(id(pair.model))
            else:
                totals.found.add(pair.here, made, pair.said_here)
    return missing


class _Pair(NamedTuple):
    model: Model
    said: Identity
    here: Model | None
    said_here: Identity


def _pair(model: Model, made: Made, there: dict[Identity, Model]) -> _Pair:
    here = there.get(identity(model, made))
    return _Pair(model, told(model, made), here, told(here, made) if here else ())


def _write(
    converted: list[Converted], missing: set[int], table: Legacy, alias: str, walk: Walk, report: Report
) -> None:
    """All at once; where the database refuses one of them, each earlier row by itself."""
    new = [(one, [model for model in one.models if id(model) in missing]) for one in converted]
    try:
        _insert([model for _, models in new for model in models], table, alias)
    except DatabaseError as error:
        if is_lost(error):
            raise
        for one, models in new:
            try:
                _insert(models, table, alias)
            except DatabaseError as reason:
                if is_lost(reason):
                    raise
                why = f"database: {reason.args[-1]}"
                walk.refused.setdefault((alias, table.table), {})[one.key] = why
                _refuse(report, table, one.row, one.key, why)
            else:
                report.written.update(model._meta.db_table for model in models)
    else:
        report.written.update(model._meta.db_table for _, models in new for model in models)


def _insert(models: list[Model], table: Legacy, alias: str) -> None:
    with transaction.atomic(using=alias):
        for kind, made in table.made.items():
            if rows := [made.seal(model) for model in models if type(model) is kind]:
                fields = [
                    field
                    for field in kind._meta.concrete_fields
                    if field.column and not field.generated and (field is not kind._meta.auto_field or rows[0].pk)
                ]
                # As they are: `bulk_create` would give some fields the time of today.
                kind._base_manager._insert(rows, fields=fields, using=alias, raw=True)  # type: ignore[attr-defined]


def _refuse(report: Report, table: Legacy, row: Row, key: str, reason: str) -> None:
    report.refused[table.table, key] = reason
    for child in row.children:
        _refuse_child(report, table, child, f"{table.table}_refused")


def _refuse_child(report: Report, table: Legacy, child: Row, reason: str) -> None:
    assert table.children is not None  # noqa: S101  # there are none without
    report.refused.setdefault((table.children.table, _key(child, table.children.key)), reason)


def _key(row: Row, columns: tuple[str, ...]) -> str:
    return "/".join((row.cells[column] or b"").decode(errors="replace") for column in columns)
