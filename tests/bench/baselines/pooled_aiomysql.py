"""The earlier implementation's driver: aiomysql from a pool, the same CALL, every result set read."""

from typing import Any

import aiomysql


async def pool(settings: dict[str, Any]) -> aiomysql.Pool:
    return await aiomysql.create_pool(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        db=settings["NAME"],
        charset="utf8mb4",
        autocommit=True,
        minsize=1,
        maxsize=10,
    )


async def call(connections: aiomysql.Pool, statement: str, arguments: list[Any]) -> list[tuple[Any, ...]]:
    async with connections.acquire() as connection, connection.cursor() as cursor:
        await cursor.execute(statement, arguments)
        rows = await cursor.fetchall()
        while await cursor.nextset():
            pass
        return list(rows)
