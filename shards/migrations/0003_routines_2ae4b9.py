from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0002_routines_8d82da"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/shards",
            digest="2ae4b93f462a50a9",
        ),
    ]
