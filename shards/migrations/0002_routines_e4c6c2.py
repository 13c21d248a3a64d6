from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0001_initial"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="e4c6c2d13776e7dc",
        ),
        shards.operations.InstallRoutines(
            folder="global/shards",
            digest="1de7238e45aac9a0",
        ),
        shards.operations.InstallRoutines(
            folder="shard/shards",
            digest="2ae4b93f462a50a9",
        ),
    ]
