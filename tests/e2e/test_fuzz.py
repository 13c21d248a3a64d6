"""Seeded schemathesis over the live server: what a machine that has read the schema makes up."""

import re
import subprocess
from pathlib import Path

from tests.e2e.platform import Platform

CASES = 500
# The token is needed to the end; a stream has no end.
LEFT_OUT = ["auth_logout", "auth_sessions_end", "notifications_stream"]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_no_generated_request_is_answered_with_a_fault(platform: Platform, tmp_path: Path) -> None:
    user = platform.user()
    user.watch()
    command = [
        *("schemathesis", "run", f"{platform.site}/api/schema/?format=json", "--url", platform.site),
        *("--header", f"Authorization: {user.http.headers['Authorization']}"),
        *(word for name in LEFT_OUT for word in ("--exclude-operation-id", name)),
        *("--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "20", "--checks", CHECKS),
        *("--generation-database", "none", "--workers", "2", "--no-color"),
    ]
    done = subprocess.run(command, cwd=tmp_path, env=platform.environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    generated = re.search(r"^  (\d+) generated, (\d+) passed$", done.stdout, re.MULTILINE)
    assert generated, done.stdout
    assert generated[1] == generated[2]
    assert int(generated[1]) >= CASES
    user.get("signals/alarms")  # logged in to the end: the requests reached what needs a session
