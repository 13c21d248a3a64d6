"""20,000 seeded requests that schemathesis makes up from the schema: none may be answered with a fault."""

import tempfile
from pathlib import Path

from rich.console import Console

from tests.e2e.fuzzing import generate
from tests.e2e.platform import running

CASES = 20_000
EXAMPLES = 100  # of each operation and round


def run(seed: int, console: Console) -> bool:
    """Rounds with growing seeds until there are enough cases; true when all passed."""
    with tempfile.TemporaryDirectory() as folder:
        for platform in running(Path(folder) / "platform"):
            user = platform.user()
            user.watch()
            cases = 0
            while cases < CASES:
                generated = generate(platform, user, Path(folder), seed=seed, examples=EXAMPLES)
                cases += generated.cases
                console.print(f"seed {seed}: {generated.cases} generated, {generated.passed} passed; {cases} so far")
                if not generated.is_good:
                    console.print(generated.output[-12_000:], markup=False)
                    return False
                user.get("signals/alarms")  # still logged in: the requests reached what needs a session
                seed += 1
    return True
