"""20,000 seeded requests that schemathesis makes up from the schema: none may be answered with a fault."""

import re
import subprocess
import tempfile
from pathlib import Path

from rich.console import Console

from tests.e2e.platform import running

CASES = 20_000
EXAMPLES = 400  # of each operation and round
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ENDS_SESSIONS = ("auth_logout", "auth_sessions_end")  # the token is needed to the end
GENERATED = re.compile(r"^  (\d+) generated, (\d+) passed$", re.MULTILINE)


def run(seed: int, console: Console) -> bool:
    """Rounds with growing seeds until there are enough cases; true when all passed."""
    with tempfile.TemporaryDirectory() as folder:
        for platform in running(Path(folder) / "platform"):
            user = platform.user()
            user.watch()
            generated = 0
            while generated < CASES:
                command = [
                    *("schemathesis", "run", f"{platform.site}/api/schema/?format=json", "--url", platform.site),
                    *("--header", f"Authorization: {user.http.headers['Authorization']}"),
                    *(part for name in ENDS_SESSIONS for part in ("--exclude-operation-id", name)),
                    *("--phases", "coverage,fuzzing", "--max-examples", str(EXAMPLES), "--seed", str(seed)),
                    *("--checks", CHECKS, "--generation-database", "none", "--workers", "2", "--no-color"),
                ]
                done = subprocess.run(
                    command, cwd=folder, env=platform.environment, capture_output=True, text=True, check=False
                )
                counted = GENERATED.search(done.stdout)
                generated += int(counted[1]) if counted else 0
                console.print(
                    f"seed {seed}: {counted[0].strip() if counted else 'nothing counted'}; {generated} so far"
                )
                if done.returncode != 0 or counted is None:
                    console.print(done.stdout[-6000:], done.stderr[-2000:], markup=False)
                    return False
                seed += 1
    return True
