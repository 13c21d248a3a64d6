from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0001_initial"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/signals",
            digest="47756bab86ce6c58",
        ),
        shards.operations.InstallRoutines(
            folder="global/signals",
            digest="6931d5d457ef1173",
        ),
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="bdd5e7fdd3d60363",
        ),
    ]
