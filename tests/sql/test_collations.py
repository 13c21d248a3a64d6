"""A string parameter or variable has the collation of the column that it is compared with (DESIGN sections 2 and 4.4).

MySQL refuses to compare two collations (1267), MariaDB compares with the wrong one: neither may depend on what a server
was started with.
"""

import pytest

from config.databases import COLLATION
from shards.routines import by_name
from tests import scratch
from tests.sql.test_files import code_of

pytestmark = pytest.mark.django_db(databases="__all__")

PARAMETERS = (
    "SELECT specific_name, parameter_name, collation_name FROM information_schema.parameters"
    " WHERE specific_schema = DATABASE() AND ordinal_position > 0 AND collation_name IS NOT NULL"
    " AND data_type IN ('varchar', 'char', 'text', 'mediumtext')"
)
COLUMNS = (
    "SELECT table_name, column_name, collation_name FROM information_schema.columns"
    " WHERE table_schema = DATABASE() AND collation_name IS NOT NULL"
)
TABLES = "SELECT table_name, table_collation FROM information_schema.tables WHERE table_schema = DATABASE()"
READ_BY_PEOPLE = {COLLATION, "utf8mb4_bin"}

every_database = pytest.mark.parametrize("alias", ["default", "shard_1", "shard_2"])


@every_database
def test_tables_and_columns_have_one_of_two_collations(alias: str) -> None:
    assert {collation for _, collation in scratch.execute(alias, TABLES)} == {COLLATION}
    ours = [row for row in scratch.execute(alias, COLUMNS) if row[0].startswith(("table_", "outbox_", "universal_"))]
    assert [row for row in ours if row[2] not in READ_BY_PEOPLE] == []


@every_database
def test_a_parameter_has_the_collation_of_the_column_of_its_name(alias: str) -> None:
    columns: dict[str, dict[str, str]] = {}
    for table, column, collation in scratch.execute(alias, COLUMNS):
        columns.setdefault(column, {})[table] = collation
    wrong = []
    compared = 0
    for routine, parameter, collation in scratch.execute(alias, PARAMETERS):
        code = code_of(by_name()[routine])
        for table, expected in columns.get(parameter.removeprefix("p_").removeprefix("after_"), {}).items():
            if table in code:
                compared += 1
                wrong += [(routine, parameter, collation, f"{table} has {expected}")] if collation != expected else []
    assert wrong == []
    assert compared > 3


@every_database
def test_no_parameter_has_another_collation_than_the_two(alias: str) -> None:
    assert [row for row in scratch.execute(alias, PARAMETERS) if row[2] not in READ_BY_PEOPLE] == []
