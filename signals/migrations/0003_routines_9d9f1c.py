from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0002_routines_d60d63"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="9d9f1ccb30de5225",
        ),
    ]
