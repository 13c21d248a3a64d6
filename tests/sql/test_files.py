"""What the text of every routine must look like (DESIGN section 4.1 to 4.4)."""

import re

import pytest

from config.refusals import BY_ERRNO
from shards.routines import CREATE, SQL, Routine, by_name, folders, in_folder

ROUTINES = sorted(by_name().values(), key=lambda routine: routine.name)
SIGNAL = re.compile(r"MYSQL_ERRNO = (\d+), MESSAGE_TEXT = '((?:[^']|'')*)'")
ERROR = re.compile(r"(\d{5}) (\w+)")
MYSQL_CLIENT = "-- Called with the mysql client, an error is shown there and logged nowhere."
FORBIDDEN = {
    r"\bUSE\s+\w+": "the database is chosen by whoever installs",
    r"\bDROP\b": "only the installer drops",
    r"\bDEFINER\b": "a routine runs as its caller",
    r"\bSTART TRANSACTION\b|\bCOMMIT\b|\bROLLBACK\b|\bSAVEPOINT\b": "the caller owns the transaction",
    r"@\w+": "session variables outlive the call",
    r"\bPREPARE\b|\bEXECUTE\b": "dynamic SQL",
    r"\bCONTINUE HANDLER\b": "goes on after the server has rolled back",
    r"\bMD5\b": "gone in MySQL 9",
    r"\bUUID\s*\(": "one value for all rows on MySQL",
    r"\bFOR SHARE\b|\bFOR UPDATE OF\b|\bNOWAIT\b": "unknown to MariaDB",
    r"->": "JSON operator that MariaDB lacks",
    r"\bLATERAL\b|\bMEMBER OF\b|\bRETURNING\b|\bANY_VALUE\b": "on one engine only",
    r"\bGET STACKED\b": "unknown to MariaDB",
    r"\bNOW\s*\(|\bSYSDATE\b|\bCURRENT_TIMESTAMP\b|\bLOCALTIME": "the clock is UTC_TIMESTAMP(6)",
    r"\bUTC_TIMESTAMP\(\)": "microseconds are kept: UTC_TIMESTAMP(6)",
    r"\bGET_LOCK\b|\bLOCK TABLES\b": "does not reach over a cluster",
    r"\bTEMPORARY\b": "temporary tables outlive the call",
    r"(?<!NOT )\bDETERMINISTIC\b": "nothing here is",
    r"\bfinance_\w+|\bshard_\d+": "what differs per database is a parameter or a row",
    r"\b(utf8|utf8mb3|unicode_ci|utf8mb4_general_ci|utf8mb4_0900_ai_ci)\b": "utf8mb4_bin, or the database's own",
    r"(?<!AFTER )(?<!BEFORE )\bON DELETE CASCADE\b": "cascades fire no triggers",
}

every_routine = pytest.mark.parametrize("routine", ROUTINES, ids=lambda routine: routine.name)


def code_of(routine: Routine) -> str:
    """The text without comments and string literals."""
    return re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"--[^\n]*", "", routine.text))


def header_of(routine: Routine) -> str:
    return routine.text[: CREATE.search(routine.text).start()]


def test_there_are_routines_of_every_scope() -> None:
    assert {routine.folder.partition("/")[0] for routine in ROUTINES} == {"global", "shard", "every"}


def test_no_two_files_have_one_name() -> None:
    assert len(ROUTINES) == sum(len(in_folder(folder)) for folder in folders()) == len(list(SQL.rglob("*.sql")))


@every_routine
def test_a_file_holds_the_one_routine_that_its_name_says(routine: Routine) -> None:
    assert CREATE.findall(routine.text) == [(routine.kind, routine.name)]
    assert len(re.findall(r"\bCREATE\b", code_of(routine))) == 1
    assert routine.text.endswith(";\n")
    assert routine.name.startswith({"PROCEDURE": "fp_", "FUNCTION": "fn_", "TRIGGER": "tr_"}[routine.kind])


@every_routine
def test_no_forbidden_word_is_in_the_code(routine: Routine) -> None:
    code = code_of(routine)
    found = {word: why for pattern, why in FORBIDDEN.items() for word in re.findall(pattern, code, re.IGNORECASE)}
    assert found == {}


@every_routine
def test_a_routine_runs_with_its_caller_s_rights(routine: Routine) -> None:
    count = 0 if routine.kind == "TRIGGER" else 1
    assert len(re.findall(r"^SQL SECURITY INVOKER$", routine.text, re.MULTILINE)) == count


@every_routine
def test_the_header_says_what_it_is_for_and_where_errors_go(routine: Routine) -> None:
    lines = header_of(routine).splitlines()
    assert lines
    assert all(line.startswith("-- ") for line in lines)
    if routine.kind != "TRIGGER":
        assert lines[-1] == MYSQL_CLIENT
        assert len(lines) > 1


@every_routine
def test_the_header_lists_the_errors_that_the_text_signals(routine: Routine) -> None:
    header = header_of(routine).replace("\n-- ", " ")
    listed = ERROR.findall(header.partition("Errors:")[2])
    assert [
        error for error in listed if int(error[0]) not in BY_ERRNO or BY_ERRNO[int(error[0])].code != error[1]
    ] == []
    assert {errno for errno, _ in SIGNAL.findall(routine.text)} <= {errno for errno, _ in listed}


@every_routine
def test_a_message_fits_into_message_text(routine: Routine) -> None:
    """MySQL raises 1648 instead of the routine's own number when MESSAGE_TEXT is longer than 128 characters."""
    signals = SIGNAL.findall(routine.text)
    assert len(signals) == len(re.findall(r"\bSIGNAL SQLSTATE\b", routine.text))
    assert [message for _, message in signals if not 0 < len(message) <= 128] == []


def test_each_number_has_a_routine_that_signals_it_and_a_name_that_python_knows() -> None:
    signalled = {int(errno) for routine in ROUTINES for errno, _ in SIGNAL.findall(routine.text)}
    assert signalled == set(BY_ERRNO)
    assert all(31000 <= errno <= 31999 for errno in BY_ERRNO)
