from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.writer import MigrationWriter

from shards.operations import InstallRoutines
from shards.routines import folder_digest, folders


class Command(BaseCommand):
    help = (
        "After sql/ was edited: write the migration that installs each changed folder. "
        "Example: manage.py make_routines && manage.py migrate_all"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        loader = MigrationLoader(None)
        stale: dict[str, list[str]] = {}
        carried = carried_digests(loader)
        for folder in folders():
            if carried.get(folder) != folder_digest(folder):
                stale.setdefault(folder.partition("/")[2], []).append(folder)
        if not stale:
            self.stdout.write("Every folder of sql/ is carried by a migration.")
        for app_label, changed in sorted(stale.items()):
            self.stdout.write(f"wrote {_write(loader, app_label, changed)}")


def carried_digests(loader: MigrationLoader) -> dict[str, str]:
    """Folder -> the digest that the last migration for it carries."""
    carried: dict[str, str] = {}
    for key in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        for operation in loader.graph.nodes[key].operations:
            if isinstance(operation, InstallRoutines):
                carried[operation.folder] = operation.digest
    return carried


def _write(loader: MigrationLoader, app_label: str, changed: list[str]) -> str:
    ((_, last),) = loader.graph.leaf_nodes(app_label)
    digests = {folder: folder_digest(folder) for folder in changed}
    number = int(last[:4]) + 1
    migration: Any = Migration(f"{number:04}_routines_{next(iter(digests.values()))[:6]}", app_label)
    migration.operations = [InstallRoutines(folder, digest=digest) for folder, digest in digests.items()]
    migration.dependencies = [(app_label, last)]
    migration.atomic = False
    path = Path(apps.get_app_config(app_label).path) / "migrations" / f"{migration.name}.py"
    text = MigrationWriter(migration, include_header=False).as_string()
    path.write_text(
        text.replace(
            "class Migration(migrations.Migration):\n", "class Migration(migrations.Migration):\n    atomic = False\n"
        )
    )
    return str(path)
