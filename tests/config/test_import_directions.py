import sys
from pathlib import Path
from subprocess import run

from django.apps import apps

from config.env import BASE_DIR


def test_imports_run_one_way() -> None:
    """The contracts in pyproject.toml; a new app must be in their list, or nothing watches it."""
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == BASE_DIR} | {"config"}
    contracts = (BASE_DIR / "pyproject.toml").read_text().partition("root_packages")[2].partition("]")[0]
    assert {name for name in ours if f'"{name}"' not in contracts} == set()

    done = run(
        [Path(sys.executable).parent / "lint-imports"], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout
