from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0005_routines_47756b"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/signals",
            digest="ae95133bb42a402e",
        ),
    ]
