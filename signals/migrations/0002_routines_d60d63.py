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
            digest="d60d631fc0c030ce",
        ),
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="1eb7676acbd3fa7e",
        ),
    ]
