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
            digest="d41b16e37d1b01f9",
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
