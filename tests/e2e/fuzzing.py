"""One run of schemathesis over the live site: requests that a machine makes up from the schema."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.e2e.platform import Platform, User

# The token is needed to the end; a stream has no end, and its events are no JSON that a schema could describe.
LEFT_OUT = ("auth_logout", "auth_sessions_end", "notifications_stream")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
COUNTED = re.compile(r"^  (\d+) generated, (\d+) passed$", re.MULTILINE)


class Generated(NamedTuple):
    cases: int  # 0 where none was counted
    passed: int
    is_good: bool  # every case got an answer that the schema allows, and no fault
    output: str


def generate(platform: Platform, user: User, folder: Path, *, seed: int, examples: int) -> Generated:
    """`examples` of each operation, beside those that cover its parameters' borders."""
    command = [
        *("schemathesis", "run", f"{platform.site}/api/schema/?format=json", "--url", platform.site),
        *("--header", f"Authorization: {user.http.headers['Authorization']}"),
        *(word for name in LEFT_OUT for word in ("--exclude-operation-id", name)),
        *("--phases", "coverage,fuzzing", "--max-examples", str(examples), "--seed", str(seed), "--checks", CHECKS),
        *("--generation-database", "none", "--workers", "2", "--no-color"),
    ]
    done = subprocess.run(command, cwd=folder, env=platform.environment, capture_output=True, text=True, check=False)
    counted = COUNTED.search(done.stdout)
    cases, passed = (int(counted[1]), int(counted[2])) if counted else (0, 0)
    return Generated(cases, passed, done.returncode == 0 and 0 < cases == passed, done.stdout + done.stderr)
