from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0015_routines_1de723"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="e4c6c2d13776e7dc",
        ),
    ]
