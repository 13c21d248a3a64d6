from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0009_routines_658e1f"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="8cac9178147c27f3",
        ),
    ]
