"""A thread's own connection to Redis, over which tokens are looked up."""

import os
import threading
import time

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeout
from redis.retry import Retry

from config.redis import ask, sessions


def _hasty() -> Redis:
    """Waits a tenth of a second and does not repeat."""
    known = sessions().connection_pool.connection_kwargs
    return Redis(host=known["host"], port=known["port"], socket_timeout=0.1, retry=Retry(NoBackoff(), 0))


def test_the_answer_is_as_redis_gives_it() -> None:
    assert ask(sessions(), "SET", "asked", "1", "EX", 60) == b"OK"
    assert ask(sessions(), "GETEX", "asked", "EX", 30) == b"1"
    assert ask(sessions(), "TTL", "asked") == 30
    assert ask(sessions(), "DEL", "asked") == 1
    assert ask(sessions(), "GET", "asked") is None
    with pytest.raises(ResponseError):
        ask(sessions(), "NO-SUCH-COMMAND")


def test_a_connection_that_a_server_ended_is_made_anew() -> None:
    mine = ask(sessions(), "CLIENT", "ID")
    sessions().client_kill_filter(_id=mine)
    assert ask(sessions(), "CLIENT", "ID") not in (None, mine)


def test_an_answer_that_comes_too_late_is_not_the_next_ones() -> None:
    hasty = _hasty()
    assert ask(hasty, "ECHO", "first") == b"first"
    sessions().client_pause(300)
    with pytest.raises(RedisTimeout):
        ask(hasty, "ECHO", "late")
    time.sleep(0.3)
    assert ask(hasty, "ECHO", "next") == b"next"


def test_each_thread_and_each_child_process_has_its_own_connection() -> None:
    mine = ask(sessions(), "CLIENT", "ID")
    assert ask(sessions(), "CLIENT", "ID") == mine
    others: list[int] = []
    thread = threading.Thread(target=lambda: others.append(ask(sessions(), "CLIENT", "ID")))
    thread.start()
    thread.join()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, str(ask(sessions(), "CLIENT", "ID")).encode())
        os._exit(0)
    os.waitpid(child, 0)
    others.append(int(os.read(read, 100)))
    os.close(read)
    os.close(write)
    assert len({mine, *others}) == 3
    assert ask(sessions(), "CLIENT", "ID") == mine
