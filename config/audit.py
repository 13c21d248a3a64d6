"""`make audit`: the pinned packages against a database of known vulnerabilities, through pip-audit.

An index that knows no advisories answers for no package, and pip-audit calls that "no known vulnerabilities". Here it
is said: exit status 1 when a package is vulnerable, 2 when nothing could be checked, 0 when all that could be is clean.
"""

import json
import subprocess
import sys
from typing import Any

COMMAND = (
    *("uv", "tool", "run", "pip-audit==2.10.1", "--requirement", "requirements-dev.lock", "--disable-pip"),
    *("--require-hashes", "--progress-spinner", "off", "--format", "json"),
)


def main() -> int:
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(done.stderr.strip()[-1000:] or "pip-audit gave no report", file=sys.stderr)
        return 2
    checked = [package for package in packages if "vulns" in package and "skip_reason" not in package]
    for package in checked:
        for found in package["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {found['id']}, mended in {fixed}")
    print(f"{len(checked)} of {len(packages)} pinned packages checked")
    if not checked:
        print("no advisory source answered: nothing is known of any package", file=sys.stderr)
        return 2
    return 1 if any(package["vulns"] for package in checked) else 0


if __name__ == "__main__":
    sys.exit(main())
