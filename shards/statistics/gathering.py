"""Asks every shard at once, each on a connection of its own; who has not answered by the deadline is missing."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from django.db import DatabaseError, connections

from config.databases import shard_alias
from shards import directory
from shards.statistics import FIGURES

DEADLINE_SECONDS = 30.0

Answer = dict[str, int] | str  # the figures, or why there are none


def gather(deadline_seconds: float = DEADLINE_SECONDS) -> dict[int, Answer]:
    """shard id -> what it said. A disabled shard is missing, too: what it holds is somebody's."""
    answers: dict[int, Answer] = {}
    pool = ThreadPoolExecutor(max(1, len(directory.shard_ids())))
    asked: dict[int, Future[dict[str, int]]] = {}
    for shard_id in directory.shard_ids():
        if directory.status(shard_id) == directory.DISABLED:
            answers[shard_id] = "disabled"
        else:
            asked[shard_id] = pool.submit(_ask, shard_alias(shard_id), deadline_seconds)
    wait(asked.values(), timeout=deadline_seconds)
    pool.shutdown(wait=False)  # who hangs ends at its own limit, and nobody waits for it
    for shard_id, answer in asked.items():
        answers[shard_id] = _answer(answer, deadline_seconds)
    return dict(sorted(answers.items()))


def _answer(asked: "Future[dict[str, int]]", deadline_seconds: float) -> Answer:
    if not asked.done():
        return f"no answer within {deadline_seconds:g} s"
    try:
        return asked.result()
    except DatabaseError as error:
        return str(error)


def _ask(alias: str, deadline_seconds: float) -> dict[str, int]:
    """As of one moment."""
    connection = connections[alias].copy()
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    options["read_timeout"] = max(1, int(deadline_seconds))
    options["isolation_level"] = "repeatable read"
    figures: dict[str, int] = {}
    try:
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            for group in FIGURES:
                cursor.execute(group.statement)
                figures |= {name: int(value) for name, value in zip(group.names, cursor.fetchone(), strict=True)}
    finally:
        connection.close()
    return figures
