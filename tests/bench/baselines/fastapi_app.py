"""The earlier implementation's stack at its best: FastAPI and pooled aiomysql under uvicorn, without response models.

The same work as ours: the token's hash is looked up in Redis (which slides it), the account's shard chosen, the
routines called (two for alarms: theirs, and what the last scan saw), money as text and times as UTC in JSON.

    uvicorn tests.bench.baselines.fastapi_app:app
"""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiomysql
import orjson
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from redis.asyncio import Redis

from signals.alarm_state import describe  # pure calculation; nothing of Django comes with it

IDLE_SECONDS = 14 * 24 * 3600
DATABASES = {0: "DATABASE_URL", 1: "SHARD_1_DATABASE_URL", 2: "SHARD_2_DATABASE_URL"}
ALARMS = "CALL fp_signal_alarm_list(%s,%s,%s,%s)"
JUDGED = "CALL fp_market_judged_get(%s)"
PROFILE = "CALL fp_profile_get(%s)"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.redis = Redis.from_url(os.environ["REDIS_URL"])
    app.state.pools = {number: await _pool(os.environ[name]) for number, name in DATABASES.items()}
    yield
    for pool in app.state.pools.values():
        pool.terminate()
        await pool.wait_closed()
    await app.state.redis.aclose()


app = FastAPI(lifespan=lifespan)


async def caller(request: Request, authorization: Annotated[str, Header()]) -> tuple[int, int]:
    """(account_db_key, shard_id) of the token."""
    token_hash = hashlib.sha256(authorization.partition(" ")[2].encode()).hexdigest()
    stored = await request.app.state.redis.getex(f"session:{token_hash}", ex=IDLE_SECONDS)
    if stored is None or stored == b"ended":
        raise HTTPException(401)
    _, account_db_key, shard_id, *_ = orjson.loads(stored)
    return account_db_key, shard_id


Caller = Annotated[tuple[int, int], Depends(caller)]


@app.get("/api/v1/signals/alarms")
async def alarms(request: Request, caller: Caller, limit: int = 50) -> Response:
    found = await _call(request.app.state.pools[caller[1]], ALARMS, [caller[0], None, None, limit + 1])
    rows = [SimpleNamespace(**row) for row in found[:limit]]
    wanted = [{"symbol": row.symbol, "band_window": row.band_window, "band_k": str(row.band_k)} for row in rows]
    found = await _call(request.app.state.pools[0], JUDGED, [orjson.dumps(wanted).decode()]) if wanted else []
    judged = {(row["symbol"], row["band_window"], row["band_k"]): orjson.loads(row["judged"]) for row in found}
    return _json({"results": [_alarm(row, judged) for row in rows], "next": None})


@app.get("/api/v1/profile")
async def profile(request: Request, caller: Caller) -> Response:
    (row,) = await _call(request.app.state.pools[0], PROFILE, [caller[0]])
    row["image_hash"] = row["image_hash"] and row["image_hash"].hex()
    for name in ("email_verified", "phone_verified", "profile_completed"):
        row[name] = bool(row[name])
    return _json(row)


def _alarm(row: Any, judged: dict[Any, Any]) -> dict[str, Any]:
    described = describe(row, judged.get((row.symbol, row.band_window, row.band_k)))
    shown = vars(row) | {"alarm_id": str(UUID(bytes=row.alarm_id)), "is_active": bool(row.is_active)}
    del shown["bought_on"], shown["sold_on"]
    last = described.last_judged
    return shown | described._asdict() | {"last_judged": last and last._asdict()}


async def _pool(url: str) -> aiomysql.Pool:
    parts = urlsplit(url)
    return await aiomysql.create_pool(
        host=parts.hostname,
        port=parts.port,
        user=parts.username,
        password=unquote(parts.password or ""),
        db=parts.path.strip("/"),
        charset="utf8mb4",
        autocommit=True,
        minsize=8,
        maxsize=8,
    )


async def _call(pool: aiomysql.Pool, statement: str, arguments: list[Any]) -> list[dict[str, Any]]:
    async with pool.acquire() as connection, connection.cursor(aiomysql.DictCursor) as cursor:
        await cursor.execute(statement, arguments)
        rows = await cursor.fetchall()
        while await cursor.nextset():
            pass
        return list(rows)


def _json(data: Any) -> Response:
    body = orjson.dumps(data, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return Response(body, media_type="application/json")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
