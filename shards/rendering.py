"""The document's seven scripts, made from what the migrations use: `shards.tables` and `shards.routines`.

Each script is for the databases of one server and goes through them with USE. Run in the order of SCRIPTS they make
what `manage.py migrate_all` makes, down to the rows of django_migrations: a later `migrate` finds nothing to do.

Keeping data: a table is made only where it is missing, routines are made anew, nothing is altered. A database with some
of an app's migrations, or with others, is of another version: the script stops before it changes anything there. An
app's migrations are recorded together, when the last of its tables and routines is there, so the order of the
extensions does not matter and a script that was cut short may be run again.

The mysql client knows no IF. What stops it is an assignment that fails: of all that both engines have, `sql_mode` alone
shows the whole message. For a client that goes on all the same (--force, `source` at the prompt) the drops are DO 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from config.databases import COLLATION, GLOBAL, SQL_MODE, shard_alias
from shards.routines import Routine, expected_on
from shards.tables import Table, migrations, migrations_table, run_sql_on, tables_on

BASE = "drop_all_tables_and_recreate.sql"

# In the document's order of execution, with what each is for.
SCRIPTS = {
    BASE: "every database dropped and made anew, with all tables that no other script makes",
    "create_universal_outbox.sql": "the events that are published with a transaction, and their sequence numbers",
    "kalman_tables_extension.sql": "the history of the Kalman filter",
    "extend_finance_shard_signal.sql": "market data, alarms, signals and how they turned out",
    "extend_finance_shard_tutorial.sql": "who has come how far in which tutorial",
    "extend_finance_shard_notifications.sql": "in-app notifications and their settings",
    "chat_tables_extension.sql": "chat rooms, messages and statistics",
}

# (app, name of a table or routine) -> script; the first line that fits counts. Models and routines to come find their
# script by themselves.
PLACES = [
    ("shards", "*outbox*", "create_universal_outbox.sql"),
    ("shards", "fn_get_next_sequence", "create_universal_outbox.sql"),
    ("signals", "*kalman*", "kalman_tables_extension.sql"),
    ("signals", "*", "extend_finance_shard_signal.sql"),
    ("tutorial", "*", "extend_finance_shard_tutorial.sql"),
    ("notifications", "*", "extend_finance_shard_notifications.sql"),
    ("chat", "*", "chat_tables_extension.sql"),
    ("*", "*", BASE),
]

SESSION = f"""\
SET NAMES utf8mb4 COLLATE {COLLATION};
SET SESSION time_zone = '+00:00', sql_mode = '{SQL_MODE}';
"""


@dataclass(frozen=True)
class Database:
    name: str
    alias: str  # decides what belongs there; need not be known to this process

    @classmethod
    def all(cls, prefix: str, shard_ids: Sequence[int]) -> "list[Database]":
        """The document's names: finance_global, finance_shard_1, ..."""
        shards = [cls(f"{prefix}_shard_{shard_id}", shard_alias(shard_id)) for shard_id in shard_ids]
        return [cls(f"{prefix}_global", GLOBAL), *shards]


def script_of(app: str, name: str) -> str:
    return next(script for label, pattern, script in PLACES if fnmatchcase(app, label) and fnmatchcase(name, pattern))


def render(script: str, databases: Sequence[Database]) -> str:
    sections = [text for database in databases if (text := _section(script, database))]
    if not sections:
        sections = ["-- Nothing to do: no table or routine belongs here yet.\n"]
    return "\n".join([*_opening(script, databases), *sections])


def _opening(script: str, databases: Sequence[Database]) -> Iterator[str]:
    names = " ".join(database.name for database in databases)
    if script == BASE:
        yield _stop_unless(
            f"@recreate <=> '{names}'",
            "STOPPED: this drops all data. To go on start the client with"
            f""" --init-command="SET @recreate = ''{names}''" """.rstrip(),
        )
    yield (
        f"-- {script}: {SCRIPTS[script]}.\n"
        f"-- Written by `manage.py render_scripts` from the models and sql/: change those, not this file.\n"
        f"-- For one server, MySQL 8.0.16+ or MariaDB 10.6+, with {names}.\n"
        f"-- As a user who may create databases, tables, routines and triggers: mysql --comments < {script}\n"
        f"-- Order: {BASE} first, create_universal_outbox.sql second, then the others.\n"
    )
    yield SESSION
    if script == BASE:
        yield from _recreate(databases, names)


def _recreate(databases: Sequence[Database], names: str) -> Iterator[str]:
    told = f"@recreate <=> '{names}'"
    yield "SET SESSION foreign_key_checks = 0;\n"
    for database in databases:
        yield _only_if(told, f"DROP DATABASE IF EXISTS {database.name}")
        yield f"CREATE DATABASE IF NOT EXISTS {database.name} CHARACTER SET utf8mb4 COLLATE {COLLATION};"
    yield "\nSET SESSION foreign_key_checks = 1;\nSET @recreate = NULL; -- once more only when told once more\n"


def _section(script: str, database: Database) -> str:
    tables = [table for table in tables_on(database.alias) if script_of(table.app, table.name) == script]
    routines = [r for r in expected_on(database.alias) if script_of(_app_of(r), r.name) == script]
    apps = _apps(script, database, tables, routines)
    if not (apps or tables or routines):
        return ""
    lines = [f"\n-- {database.name}\nUSE {database.name};\n", f"{migrations_table()};\n"]
    lines += [_stop_unless(_is_this_version(app), _other_version(database, app)) for app in apps]
    lines += [f"{table.create};\n" for table in tables]
    for app in apps:
        if script_of(app, "") == script:
            lines += [_only_if(f"NOT ({_is_recorded(app)})", sql) for sql in run_sql_on(database.alias, app)]
    if routines:
        lines += ["\nDELIMITER $$\n", *map(_routine, routines), "DELIMITER ;\n"]
    lines += [_record(app, database) for app in apps]
    return "\n".join(lines)


def _apps(script: str, database: Database, tables: Sequence[Table], routines: Sequence[Routine]) -> list[str]:
    """The apps whose migrations this script may complete; the first script also completes those with nothing here."""
    here = {table.app for table in tables} | {_app_of(routine) for routine in routines}
    if script == BASE:
        placed = {table.app for table in tables_on(database.alias)} | set(map(_app_of, expected_on(database.alias)))
        here |= set(migrations()) - placed
    return [app for app in migrations() if app in here]


def _app_of(routine: Routine) -> str:
    return routine.folder.partition("/")[2]


def _routine(routine: Routine) -> str:
    if "$$" in routine.text:
        raise ValueError(f"{routine.name}: its text holds $$, which ends a statement in the scripts")
    comment, create = routine.text.partition("CREATE ")[0], f"{routine.statement}$$\n"
    replace = f"DROP {routine.kind} IF EXISTS {routine.name}$$\n{comment}{create}"
    if routine.kind != "TRIGGER":
        return replace
    table = routine.text.partition("\nFOR EACH ROW")[0].rpartition(" ON ")[2].strip()
    return f"LOCK TABLES {table} WRITE$$\n{replace}UNLOCK TABLES$$\n"  # no row may slip through while it is away


def _is_recorded(app: str) -> str:
    return f"SELECT COUNT(*) > 0 FROM django_migrations WHERE app = '{app}'"  # noqa: S608  # labels of our apps


def _is_this_version(app: str) -> str:
    names = migrations()[app]
    known = f"SUM(name IN ({_listed(names)})) = {len(names)}"
    return f"(SELECT COUNT(*) = 0 OR COUNT(*) = {len(names)} AND {known} FROM django_migrations WHERE app = '{app}')"  # noqa: S608


def _other_version(database: Database, app: str) -> str:
    return f"STOPPED: {database.name} has other migrations of {app} than this script; use manage.py migrate_all"


def _record(app: str, database: Database) -> str:
    """All of the app's migrations, if none is recorded and all that they make is there."""
    routines = [routine for routine in expected_on(database.alias) if _app_of(routine) == app]
    conditions = [f"NOT ({_is_recorded(app)})"]
    for kind, made in {
        "table": [table.name for table in tables_on(database.alias) if table.app == app],
        "routine": [routine.name for routine in routines if routine.kind != "TRIGGER"],
        "trigger": [routine.name for routine in routines if routine.kind == "TRIGGER"],
    }.items():
        if made:
            conditions.append(
                f"{len(made)} = (SELECT COUNT(*) FROM information_schema.{kind}s "  # noqa: S608  # names of ours
                f"WHERE {kind}_schema = DATABASE() AND {kind}_name IN ({_listed(made)}))"
            )
    first, *others = [f"SELECT {n} AS n, '{name}' AS name" for n, name in enumerate(migrations()[app])]
    rows = "".join(f"\n    UNION ALL {row}" for row in others)
    where = "\n    AND ".join(conditions)
    return (
        f"INSERT INTO django_migrations (app, name, applied)\n"
        f"SELECT '{app}', made.name, UTC_TIMESTAMP(6) FROM (\n    {first}{rows}\n) AS made\n"
        f"WHERE {where}\nORDER BY made.n;\n"
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _stop_unless(condition: str, message: str) -> str:
    """A comma would cut the message short."""
    return f"SET SESSION sql_mode = IF({condition}, @@sql_mode, '{message}');\n"


def _only_if(condition: str, sql: str) -> str:
    statement = sql.replace("\\", "\\\\").replace("'", "''")
    return (
        f"SET @statement = IF(({condition}), '{statement}', 'DO 0');\n"
        "PREPARE statement FROM @statement;\nEXECUTE statement;\nDEALLOCATE PREPARE statement;"
    )
