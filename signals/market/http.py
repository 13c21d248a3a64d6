"""Asking other servers for JSON: every answer is waited for so long and no longer, and who fails is left alone a while.

A peer that failed `FAILURES` times in a row is not asked for `LEFT_ALONE` seconds by this process; then one question
decides whether it is asked again.
"""

from functools import cache
from typing import Any

import httpx
import orjson
import pybreaker

CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
FAILURES, LEFT_ALONE = 3, 60
LARGEST = 32 * 1024 * 1024  # bytes of an answer


class PeerUnavailable(Exception):
    """The peer does not answer, or not as agreed."""


class Peer:
    """One server. Safe for threads."""

    def __init__(self, name: str, url: str, token: str = "") -> None:
        self.name = name
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.breaker = breaker(name, self.url)

    def get(self, path: str, query: dict[str, Any], *, missing: int | None = None) -> dict[str, Any] | None:
        """The JSON object that it answers; None for the status `missing`. PeerUnavailable for anything else."""
        try:
            return self.breaker.call(self._get, path, query, missing)
        except pybreaker.CircuitBreakerError as error:
            raise PeerUnavailable(f"{self.name}: left alone after {FAILURES} failures") from error

    def _get(self, path: str, query: dict[str, Any], missing: int | None) -> dict[str, Any] | None:
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        try:
            with (
                httpx.Client(timeout=timeout, trust_env=False, headers=self.headers) as client,
                client.stream("GET", self.url + path, params=query) as answer,
            ):
                if answer.status_code == missing:
                    return None
                answer.raise_for_status()
                body = bytearray()
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > LARGEST:
                        raise PeerUnavailable(f"{self.name}: an answer of more than {LARGEST:,} bytes")
            data = orjson.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise PeerUnavailable(f"{self.name}: {type(error).__name__}: {error}"[:500]) from error
        if not isinstance(data, dict):
            raise PeerUnavailable(f"{self.name}: the answer is no JSON object")
        return data


@cache
def breaker(name: str, url: str) -> pybreaker.CircuitBreaker:
    """One for each peer and process."""
    return pybreaker.CircuitBreaker(fail_max=FAILURES, reset_timeout=LEFT_ALONE, name=f"{name} {url}")
