"""The mysql client program, and what information_schema says of a database, in a form that can be compared."""

import os
import shutil
import subprocess
from typing import Any

from django.db import connections

from shards.routines import one_line
from tests import scratch

PROGRAM = os.environ.get("MYSQL_CLIENT") or shutil.which("mariadb") or shutil.which("mysql") or "mysql"

# What must be equal in two databases that are alike.
VIEWS = {
    "tables": "table_name, table_type, engine, row_format, table_collation, create_options, table_comment",
    "columns": "table_name, ordinal_position, column_name, column_default, is_nullable, column_type, collation_name,"
    " column_key, extra, column_comment, generation_expression",
    "statistics": "table_name, index_name, seq_in_index, non_unique, column_name, collation, sub_part, index_type",
    "table_constraints": "table_name, constraint_name, constraint_type",
    "key_column_usage": "table_name, constraint_name, column_name, ordinal_position, position_in_unique_constraint,"
    " referenced_table_name, referenced_column_name",
    "referential_constraints": "table_name, constraint_name, unique_constraint_name, update_rule, delete_rule,"
    " referenced_table_name",
    "check_constraints": "constraint_name, check_clause",
    "routines": "routine_name, routine_type, dtd_identifier, is_deterministic, sql_data_access, security_type,"
    " sql_mode, routine_comment, character_set_client, collation_connection, database_collation, routine_definition",
    "parameters": "specific_name, ordinal_position, parameter_mode, parameter_name, dtd_identifier, collation_name",
    "triggers": "trigger_name, event_manipulation, event_object_table, action_timing, sql_mode, character_set_client,"
    " collation_connection, database_collation, action_statement",
    "schemata": "schema_name <> '' AS there, default_character_set_name, default_collation_name",
}
# The column with the database's name, where it is not table_schema.
SCHEMA = {
    "referential_constraints": "constraint_schema",
    "check_constraints": "constraint_schema",
    "routines": "routine_schema",
    "parameters": "specific_schema",
    "triggers": "trigger_schema",
    "schemata": "schema_name",
}


def run(sql: str, *options: str, beside: str) -> subprocess.CompletedProcess[str]:
    """The client reads `sql` from its standard input, on the server of the alias `beside`; no database is chosen."""
    at = connections.settings[beside]
    return subprocess.run(
        [PROGRAM, "--no-defaults", f"-h{at['HOST']}", f"-P{at['PORT']}", f"-u{at['USER']}", "--comments", *options],
        input=sql,
        env={"MYSQL_PWD": at["PASSWORD"]},  # and no PATH: a script has the client and nothing else
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def schema(name: str, *, beside: str) -> dict[str, list[tuple[Any, ...]]]:
    """view -> sorted rows about the database `name`; texts of routines without their comments."""
    found = {}
    for view, columns in VIEWS.items():
        where = f"{SCHEMA.get(view, 'table_schema')} = '{name}'"
        rows = scratch.execute(beside, f"SELECT {columns} FROM information_schema.{view} WHERE {where}")  # noqa: S608
        if view in ("routines", "triggers"):
            rows = [(*row[:-1], one_line(row[-1])) for row in rows]
        found[view] = sorted(rows, key=repr)
    return found


def rows(name: str, *, beside: str) -> dict[str, list[tuple[Any, ...]]]:
    """table -> all of its rows, sorted."""
    tables = f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{name}'"  # noqa: S608
    return {
        table: sorted(scratch.execute(beside, f"SELECT * FROM {name}.{table}"), key=repr)  # noqa: S608
        for (table,) in scratch.execute(beside, tables)
    }
