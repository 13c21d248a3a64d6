from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0014_routines_bd244b"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="e4c6c2d13776e7dc",
        ),
    ]
