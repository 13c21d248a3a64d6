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
            digest="51c36901fbd84c49",
        ),
        shards.operations.InstallRoutines(
            folder="global/shards",
            digest="b5801d2f45063768",
        ),
        shards.operations.InstallRoutines(
            folder="shard/shards",
            digest="ee5f637cfc4befda",
        ),
    ]
