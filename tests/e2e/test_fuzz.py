"""Seeded schemathesis over the live server: what a machine that has read the schema makes up."""

from pathlib import Path

from tests.e2e.fuzzing import generate
from tests.e2e.platform import Platform

CASES = 500


def test_no_generated_request_is_answered_with_a_fault(platform: Platform, tmp_path: Path) -> None:
    user = platform.user()
    user.watch()

    generated = generate(platform, user, tmp_path, seed=20, examples=5)

    assert generated.is_good, generated.output
    assert generated.cases >= CASES
    user.get("signals/alarms")  # logged in to the end: the requests reached what needs a session
