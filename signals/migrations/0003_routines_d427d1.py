from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0002_routines_47756b"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="d427d1f4419fe73a",
        ),
    ]
