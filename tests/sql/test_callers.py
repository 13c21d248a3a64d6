"""Every routine has a caller in some procedures.py, and both name the same parameters in the same order."""

import ast
import re

import pytest

from config.env import BASE_DIR
from shards.routines import by_name
from shards.scope import Scope
from tests import scratch
from tests.sql.test_files import code_of

APPS = ("shards", "accounts", "signals", "notifications", "chat", "tutorial")
CALLS = {"call", "call_one", "call_shard_procedure"}
PARAMETERS = (
    "SELECT specific_name, parameter_name FROM information_schema.parameters"
    " WHERE specific_schema = DATABASE() AND ordinal_position > 0 ORDER BY specific_name, ordinal_position"
)
ROUTINES = "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()"


def python_calls() -> dict[str, list[tuple[str, list[str]]]]:
    """Routine -> (where it is called, keyword names in order), read from the source, not from what ran."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for path in sorted(path for app in APPS for path in (BASE_DIR / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CALLS:
                for name in (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)):
                    where = f"{path.relative_to(BASE_DIR)}:{node.lineno}"
                    found.setdefault(name, []).append((where, [str(keyword.arg) for keyword in node.keywords]))
    return found


def called_by_routines() -> set[str]:
    """What another routine or trigger calls."""
    codes = {routine.name: code_of(routine) for routine in by_name().values()}
    return {
        name for name in codes for other, code in codes.items() if other != name and re.search(rf"\b{name}\s*\(", code)
    }


def test_every_routine_has_a_caller() -> None:
    callable_ones = {name for name, routine in by_name().items() if routine.kind != "TRIGGER"}
    assert callable_ones - set(python_calls()) - called_by_routines() == set()


def test_every_call_names_a_routine() -> None:
    assert set(python_calls()) - set(by_name()) == set()


@pytest.mark.django_db(databases="__all__")
def test_every_call_gives_the_routine_s_parameters_in_its_order() -> None:
    """A parameter p_symbol is the keyword symbol; the server says what it has, not the file."""
    wrong: dict[str, tuple[list[str], list[str]]] = {}
    for name, calls in python_calls().items():
        alias = "default" if by_name()[name].scope is Scope.GLOBAL else "shard_1"
        expected = [p.removeprefix("p_") for routine, p in scratch.execute(alias, PARAMETERS) if routine == name]
        wrong |= {f"{where} {name}": (given, expected) for where, given in calls if given != expected}
    assert wrong == {}


@pytest.mark.django_db(databases="__all__")
def test_every_parameter_begins_with_p() -> None:
    for alias in ("default", "shard_1", "shard_2"):
        assert {routine for routine, p in scratch.execute(alias, PARAMETERS) if not p.startswith("p_")} == set()
        assert {name for (name,) in scratch.execute(alias, ROUTINES)} == {
            r.name for r in by_name().values() if r.scope.covers(alias) and r.kind != "TRIGGER"
        }


def test_calls_are_made_in_files_named_procedures_only() -> None:
    files = {where.partition(":")[0] for calls in python_calls().values() for where, _ in calls}
    assert {path for path in files if not path.endswith("/procedures.py")} == set()


def test_there_is_one_call_statement_in_the_project() -> None:
    statement = re.compile(r"""["']\s*CALL\s+[\w/{]|callproc\(""", re.IGNORECASE)
    found = {
        str(path.relative_to(BASE_DIR)): len(statement.findall(path.read_text()))
        for app in (*APPS, "config")
        for path in (BASE_DIR / app).rglob("*.py")
    }
    assert {path: count for path, count in found.items() if count} == {"shards/procedures.py": 1}
