"""Log-ins that fail: an account that nobody has against a wrong password, interleaved, with the real hash."""

import logging
import random
from statistics import median
from time import perf_counter

from django.conf import settings
from django.test import Client
from rich.table import Table

from accounts.services import account_signup
from config.redis import sessions as redis

TRIES = 200
ALLOWED = 0.05


def measure() -> Table:
    """Fails when the medians are more than 5 % apart."""
    settings.THROTTLES = {name: (1_000_000, seconds) for name, (_, seconds) in settings.THROTTLES.items()}
    settings.ALLOWED_HOSTS = ["testserver"]
    redis().delete("throttle:login:127.0.0.1")
    account_signup(account_id="timed", password="correct horse 7", nickname="Timed", email="timed@example.com")
    logging.getLogger("django_structlog").setLevel(logging.ERROR)  # or a line is printed for each
    client = Client()
    seconds: dict[str, list[float]] = {"unknown account": [], "wrong password": []}
    for number in range(-4, TRIES):
        tries = [("unknown account", f"nobody{number}"), ("wrong password", "timed")]
        random.shuffle(tries)
        for what, account_id in tries:
            body = {"account_id": account_id, "password": f"wrong {number}"}
            started = perf_counter()
            answer = client.post("/api/v1/auth/login", body, content_type="application/json")
            taken = perf_counter() - started
            assert answer.status_code == 401, answer.content  # or nothing was measured
            if number >= 0:
                seconds[what].append(taken)
    medians = {what: median(taken) for what, taken in seconds.items()}
    apart = max(medians.values()) / min(medians.values()) - 1
    table = Table("what", "median", title=f"{TRIES} interleaved log-ins each; medians {apart:.1%} apart, 5 % allowed")
    for what, taken in medians.items():
        table.add_row(what, f"{taken * 1000:.2f} ms")
    if apart > ALLOWED:
        raise SystemExit(f"the medians are {apart:.1%} apart: {medians}")
    return table
