"""Password hashes are made to be slow: at most one for each core of this machine at a time, of all its processes.

A place is a lock on one of as many files as there are cores, which the kernel gives back when a process dies. Whoever
finds no place for `settings.PASSWORD_WAIT_SECONDS` is refused with 429, so a flood of log-ins takes neither all cores
nor all threads.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from config.throttling import Throttled

ASK_AGAIN_SECONDS = 0.02


def hash_password(password: str) -> str:
    """Raises Throttled."""
    with _place():
        return make_password(password)


def is_password(password: str, stored: str | None) -> bool:
    """One hash, also without a stored one: the time does not tell whether there is an account. Raises Throttled."""
    with _place():
        return check_password(password, _nobody_s_hash() if stored is None else stored) and stored is not None


def is_any(password: str, stored: list[str]) -> bool:
    """Whether it is one of them; one hash each, up to the first. Raises Throttled."""
    with _place():
        return any(check_password(password, each) for each in stored)


@contextmanager
def _place() -> Iterator[None]:
    deadline = monotonic() + settings.PASSWORD_WAIT_SECONDS
    while True:
        for path in _places():
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            try:
                yield
            finally:
                os.close(lock)
            return
        if monotonic() >= deadline:
            raise Throttled(1)
        sleep(ASK_AGAIN_SECONDS)


@cache
def _places() -> list[Path]:
    directory = Path(settings.RUN_DIR)
    directory.mkdir(parents=True, exist_ok=True)
    return [directory / f"password-{number}.lock" for number in range(os.cpu_count() or 1)]


@cache
def _nobody_s_hash() -> str:
    return make_password(secrets.token_urlsafe(32))
