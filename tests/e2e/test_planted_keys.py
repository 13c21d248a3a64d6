"""Whoever reads every file of the running platform (databases, Redis, logs) finds no API key in them."""

from base64 import b64encode
from pathlib import Path

from accounts.api_keys.selectors import KEYS
from tests.e2e.platform import Platform

CHUNK = 8 * 1024 * 1024
OVERLAP = 1024


def forms(secret: str) -> list[bytes]:
    """Plain, as hex, and as the base64 that it has in a longer text, whatever stands before it."""
    raw = secret.encode()
    base64 = []
    for before in range(3):
        text = b64encode(b"\0" * before + raw)
        base64.append(text[(0, 2, 3)[before] : -4])  # without what the neighbours change
    return [raw, raw.hex().encode(), raw.hex().upper().encode(), *base64]


def found_in(root: Path, wanted: list[bytes]) -> list[str]:
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            rest = b""
            while chunk := file.read(CHUNK):
                text = rest + chunk
                found += [f"{path}: {form!r}" for form in wanted if form in text]
                rest = text[-OVERLAP:]
    return found


def test_planted_api_keys_are_nowhere_on_the_disk(platform: Platform) -> None:
    user = platform.user()
    planted = {name: f"PLANTED-{name}-{number}-Xy7Qw9Rt5Uv3" for number, name in enumerate(KEYS)}
    shown = user.http.put("api-keys", json=planted)
    assert shown.status_code == 200, shown.text
    again = user.http.put("api-keys", json=planted, headers={"Idempotency-Key": "planted"})
    refused = user.http.put("api-keys", json=planted | {"polygon_key": f"{planted['polygon_key']} "})
    assert (again.status_code, refused.status_code) == (200, 400)
    answers = [shown.text, again.text, refused.text, user.http.get("api-keys").text]
    wanted = [form for secret in planted.values() for form in forms(secret)]
    marker = "A-marker-that-must-be-found-8d1f"
    assert user.http.patch("profile", json={"nickname": marker}).status_code == 200

    assert not [form for form in wanted for answer in answers if form.decode() in answer]
    assert found_in(platform.home, [marker.encode()]), "the search reads what the databases write"
    assert found_in(platform.home, wanted) == []
