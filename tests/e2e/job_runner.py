"""Runs every task of Celery's registry for each line that it reads, and prints a line: what came of each, in a word.

"done", "raised: ...", or what a job that tells of each shard says of shard 2: "left out" or "skipped". They run side
by side, because a hanging server costs each of them as long as connecting may take.
"""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from django.db import connections

from config.celery import app
from shards import directory

ARGUMENTS = {"accounts.code_send": ["00000000-0000-7000-8000-000000000000"]}


def tried(name: str) -> str:
    try:
        result = app.tasks[name](*ARGUMENTS.get(name, []))
        return told(result) if result is not None or name in ARGUMENTS else "running elsewhere"
    except Exception as error:  # noqa: BLE001  # the test looks at it
        return f"raised: {type(error).__name__}: {error}"
    finally:
        connections.close_all()


def told(result: Any) -> str:
    said = list(_of_shard_2(result))
    if any(isinstance(each, str) and each != "gathered" for each in said):
        return "skipped"
    return "done" if said or not _names_shards(result) else "left out"


def _of_shard_2(result: Any) -> Iterator[Any]:
    for key, value in result.items() if isinstance(result, dict) else ():
        if key in ("2", "shard_2"):
            yield value
        else:
            yield from _of_shard_2(value)


def _names_shards(result: Any) -> bool:
    return isinstance(result, dict) and any(
        key in ("1", "shard_1") or _names_shards(value) for key, value in result.items()
    )


def main() -> None:
    django.setup()
    app.loader.import_default_modules()
    names = sorted(name for name in app.tasks if not name.startswith("celery."))
    tell(dict.fromkeys(names, ""))
    for _ in sys.stdin:
        directory.refresh()
        with ThreadPoolExecutor(len(names)) as pool:
            tell(dict(zip(names, pool.map(tried, names), strict=True)))


def tell(words: dict[str, str]) -> None:
    sys.stdout.write(f"{json.dumps(words)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
