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
            digest="8d82da0de92d2699",
        ),
        shards.operations.InstallRoutines(
            folder="global/shards",
            digest="9d93d05d1297370b",
        ),
        shards.operations.InstallRoutines(
            folder="shard/shards",
            digest="ee5f637cfc4befda",
        ),
    ]
