"""The routines of a run's databases; their tables were copied."""

from django.db import connections

from shards.operations import install
from shards.routines import expected_on


def install_all() -> None:
    for alias in ("default", "shard_1", "shard_2"):
        for folder in sorted({routine.folder for routine in expected_on(alias)}):
            install(connections[alias], folder)
        connections[alias].close()
