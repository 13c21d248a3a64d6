"""/healthz says that the process runs, /readyz what it can reach, by name, and /metrics how it fares."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django_redis import get_redis_connection
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from redis.exceptions import RedisError

from config.databases import GLOBAL, shard_alias
from config.json import dumps
from config.redis import sessions as redis
from shards import directory
from shards.vitals import ask

OK = "ok"


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when everything answers, else 503; the body names every database and Redis, and what is wrong with it."""
    checks = _checks()
    with ThreadPoolExecutor(len(checks)) as pool:
        found = dict(zip(checks, pool.map(lambda check: check(), checks.values()), strict=True))
    found |= _strays()
    ready = all(answer in {OK, directory.MAINTENANCE, directory.DISABLED} for answer in found.values())
    body = dumps({"ready": ready, "checks": found})
    return HttpResponse(body, status=200 if ready else 503, content_type="application/json")


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; of all processes where PROMETHEUS_MULTIPROC_DIR is set."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _checks() -> dict[str, Callable[[], str]]:
    checks: dict[str, Callable[[], str]] = {"finance_global": partial(_database, GLOBAL)}
    for shard_id in directory.shard_ids():
        checks[shard_alias(shard_id)] = partial(_shard, shard_id)
    return checks | {"redis": _redis, "cache": _cache}


def _strays() -> dict[str, str]:
    """Rows of table_shard_config without credentials, and URLs in the environment without a row."""
    rows, known = directory.rows(), set(directory.shard_ids())
    strays = {shard_alias(shard_id): "no credentials in the environment" for shard_id in rows if shard_id not in known}
    if rows:
        strays |= {f"{shard_alias(n)} row": "missing in table_shard_config" for n in known if n not in rows}
    return strays


def _shard(shard_id: int) -> str:
    status = directory.status(shard_id)
    if status == directory.DISABLED:
        return status
    answer = _database(shard_alias(shard_id))
    return status if answer == OK and status != directory.ACTIVE else answer


def _database(alias: str) -> str:
    """Asked in a thread of its own."""
    answer = ask(alias, lambda cursor: cursor.execute("SELECT 1"))
    return f"cannot be reached ({answer.args[0] if answer.args else answer})" if isinstance(answer, Error) else OK


def _redis() -> str:
    try:
        redis().ping()
        return OK
    except RedisError as error:
        return f"cannot be reached ({type(error).__name__})"


def _cache() -> str:
    try:
        get_redis_connection("default").ping()
        return OK
    except RedisError as error:
        return f"cannot be reached ({type(error).__name__})"
