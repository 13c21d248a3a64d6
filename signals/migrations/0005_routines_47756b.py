from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0004_kalman_and_bar_revisions"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/signals",
            digest="47756bab86ce6c58",
        ),
        shards.operations.InstallRoutines(
            folder="global/signals",
            digest="efbc3d84a03b0c33",
        ),
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="d7904d0153e4731f",
        ),
    ]
