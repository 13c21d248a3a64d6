"""The process environment: the one place that reads it.

Variables already set win. Then comes `.env` at the top of the checkout, then the file that the local
servers write (`config.stack`), so that `manage.py` finds them without a word on the command line.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "test", "production")

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

APP_ENV: str = env.str("APP_ENV", default="development")
if APP_ENV not in ENVIRONMENTS:
    raise ImproperlyConfigured(f"APP_ENV={APP_ENV!r}: must be one of {', '.join(ENVIRONMENTS)}")

STACK_FILES = {"development": "var/stack.env", "test": "var/test/stack.env"}
if APP_ENV in STACK_FILES:
    environ.Env.read_env(BASE_DIR / STACK_FILES[APP_ENV])


def required(name: str) -> str:
    """A variable without which no process can start; says what to do where it is missing."""
    value = env.str(name, default="")
    if not value:
        hint = "run `make run` once, or set it" if APP_ENV == "development" else "set it in the environment"
        raise ImproperlyConfigured(f"{name} is not set: {hint} (see .env.example)")
    return value
