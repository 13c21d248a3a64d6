"""Production's settings as Django's own check sees them."""

from base64 import b64encode

import pytest

from config.env import env
from tests import scratch

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "7Vd0c4wQ-9rUe2Zt_1mKpX6sLb8nHyGfJaTqRiEoWuDvCxBzM5",
    "ALLOWED_HOSTS": "api.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://api.example.com",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
    "ENCRYPTION_KEYS": f"a:{b64encode(bytes(range(32))).decode()}",
}


def test_check_deploy_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # the browser tests' own
    servers = {name: env.str(name) for name in ("REDIS_URL", "CACHE_URL")}
    done = scratch.manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, **servers)
    assert done.returncode == 0, done.stderr
    assert "System check identified no issues" in done.stdout + done.stderr
