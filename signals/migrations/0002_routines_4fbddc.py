from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0001_initial"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/signals",
            digest="4fbddc5fba0b40a7",
        ),
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="918f800c243bfba0",
        ),
    ]
