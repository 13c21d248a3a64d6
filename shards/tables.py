"""The tables of the migrations as CREATE TABLE statements that MySQL and MariaDB both run; no server is asked.

Django's own MySQL editor writes the parts; here they become one statement for each table, so that `IF NOT EXISTS`
holds for its indexes and constraints, too. The tables are those of the last migration's state. Replaying the history
(`sqlmigrate`) does not work without the databases it ran on: half of Django's alterations first look up names there.
SHOW CREATE TABLE of a migrated database is one engine's own text: `json` has become `longtext` on MariaDB, defaults of
text have a form that MySQL refuses. What a final state cannot tell is found by tests/sql/test_render_scripts.py, which
compares every row of information_schema with a migrated database on both engines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.db import connections, router
from django.db.backends.mysql.schema import DatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, RunSQL
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from config.databases import GLOBAL, SQL_MODE
from shards.router import ScopeRouter

# MySQL's dialect, because MariaDB understands it: `json` without a check (it adds one by itself), defaults of text in
# parentheses. Of the version only matters that it enforces checks.
DIALECT = {
    "version": "8.0.16",
    "sql_mode": SQL_MODE,
    "default_storage_engine": "InnoDB",
    "lower_case_table_names": 0,
    "has_zoneinfo_database": True,
}


@dataclass(frozen=True)
class Table:
    app: str
    name: str
    create: str


class _Editor(DatabaseSchemaEditor):
    """Writes the lines of a CREATE TABLE where Django's writes ALTER TABLE and CREATE INDEX."""

    sql_create_table = "%(definition)s"
    sql_create_index = "INDEX %(name)s (%(columns)s)%(extra)s"
    sql_create_unique = "CONSTRAINT %(name)s UNIQUE (%(columns)s)"
    sql_create_check = "CONSTRAINT %(name)s CHECK (%(check)s)"
    sql_create_fk = "CONSTRAINT %(name)s FOREIGN KEY (%(column)s) REFERENCES %(to_table)s (%(to_column)s)"

    def create(self, model: type[Model]) -> str:
        self.deferred_sql: list[Any] = []
        columns, parameters = self.table_sql(model)
        if parameters:
            columns %= tuple(map(literal, parameters))
        for column in (field.column for field in model._meta.local_fields if field.column):
            name = self.quote_name(column)  # Django writes them on one line
            columns = columns.replace(f", {name} ", f",\n    {name} ", 1)
        lines = [columns, *self.deferred_sql, *self._model_indexes_sql(model)]  # type: ignore[attr-defined]
        body = ",\n    ".join(str(line) for line in lines if line is not None)
        return f"CREATE TABLE IF NOT EXISTS {self.quote_name(model._meta.db_table)} (\n    {body}\n)"

    def column_sql(self, model: type[Model], field: Any, include_default: bool = False) -> Any:
        """With the default that MySQL keeps of a column that was added; executable comments are MySQL's alone."""
        added = _added().get((model._meta.app_label, model._meta.model_name, field.name))
        if added is None:
            return super().column_sql(model, field, include_default)
        added = added.clone()
        added.set_attributes_from_name(field.name)
        added.model = model
        if self.skip_default(added) or not self.skip_default_on_alter(added):
            return super().column_sql(model, field, include_default)
        definition, parameters = super().column_sql(model, added, include_default=True)
        return (definition or "").replace("DEFAULT (%s)", "/*!80000 DEFAULT (%s) */"), parameters

    def quote_value(self, value: Any) -> str:
        """In checks. Django's asks the connection, whose answer for True is bytes, and so it writes bit literals."""
        return f"b'{value:d}'" if isinstance(value, bool) else literal(value)

    def _field_should_be_indexed(self, model: type[Model], field: Any) -> bool:
        """Django's asks the server for the table's engine: a foreign key of InnoDB brings its own index."""
        if not field.db_index or field.unique or self._is_limited_data_type(field):  # type: ignore[attr-defined]
            return False
        return not (field.get_internal_type() == "ForeignKey" and field.db_constraint)


def literal(value: Any) -> str:
    """A value as the driver writes it into a statement."""
    match value:
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
        case bool() | int() | Decimal():
            return f"{value:d}" if isinstance(value, int) else f"{value:f}"
        case None:
            return "NULL"
    raise TypeError(f"{value!r}: no migration had such a value yet; say here how it is written")


@cache
def tables_on(alias: str) -> list[Table]:
    """What migrations make on the database behind this alias, each table after those that it refers to."""
    here: dict[str, Any] = {
        model._meta.db_table: model
        for model in _state().get_models(include_auto_created=True)
        if model._meta.can_migrate(_offline()) and _is_on(alias, model)
    }
    refers = {name: {to for to in _referred(model) if to != name} for name, model in here.items()}
    editor = _Editor(_offline())
    order = TopologicalSorter(refers).static_order()
    return [Table(here[name]._meta.app_label, name, editor.create(here[name])) for name in order]


def migrations_table() -> str:
    """Django's own book-keeping, which is no app's."""
    return _Editor(_offline()).create(MigrationRecorder.Migration)


def migrations() -> dict[str, list[str]]:
    """App label -> the names that `migrate` records on every database, in its order."""
    recorded: dict[str, list[str]] = {}
    for migration in _plan():
        for app, name in [*migration.replaces, (migration.app_label, migration.name)]:
            recorded.setdefault(app, []).append(name)
    return recorded


def run_sql_on(alias: str, app: str) -> Iterator[str]:
    """The statements of the app's RunSQL operations, which leave no trace in the models."""
    for migration in _plan():
        for operation in migration.operations if migration.app_label == app else []:
            if isinstance(operation, RunSQL) and router.allow_migrate(alias, app, **operation.hints):
                if not isinstance(operation.sql, str):
                    raise TypeError(f"{migration}: RunSQL takes one string here, scripts have no parameters")
                yield from (sql.rstrip(";") for sql in _offline().ops.prepare_sql_script(operation.sql))


def _is_on(alias: str, model: Any) -> bool:
    owner = model._meta.auto_created or model  # a many-to-many table goes with its owner
    return bool(ScopeRouter().allow_migrate(alias, owner._meta.app_label, owner._meta.model_name))


def _referred(model: Any) -> set[str]:
    fields = (field for field in model._meta.local_fields if field.remote_field and field.db_constraint)
    return {field.remote_field.model._meta.db_table for field in fields}


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None)


@cache
def _state() -> Any:
    return _loader().project_state().apps


@cache
def _plan() -> list[Migration]:
    graph = _loader().graph
    return [graph.nodes[key] for key in graph._generate_plan(graph.leaf_nodes(), at_end=True)]


@cache
def _added() -> dict[tuple[str, str | None, str], Any]:
    """(app, model, field) -> the field as AddField gave it, if it has been the same for the database since.

    AddField fills the rows that are there by a default, which it then takes away again. From a column of text or JSON
    MySQL cannot take it, and so it stays.
    """
    added: dict[tuple[str, str | None, str], Any] = {}
    for migration in _plan():
        for operation in migration.operations:
            if isinstance(operation, FieldOperation):
                key = (migration.app_label, operation.model_name_lower, operation.name)
                field: Any = getattr(operation, "field", None)
                if isinstance(operation, AddField) and field.has_default() and not field.has_db_default():
                    added[key] = field
                elif field is None or (key in added and _column(field) != _column(added[key])):
                    added.pop(key, None)
    return added


def _column(field: Any) -> tuple[Any, ...]:
    return field.db_type(_offline()), field.null, field.has_db_default(), field.db_column


@cache
def _offline() -> Any:
    """A connection that is never opened and takes its server for DIALECT."""
    connection = connections[GLOBAL].copy()
    connection.__dict__["mysql_server_data"] = DIALECT
    return connection
