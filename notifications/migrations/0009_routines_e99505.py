from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0008_notices"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/notifications",
            digest="e9950549b1838ccf",
        ),
        shards.operations.InstallRoutines(
            folder="shard/notifications",
            digest="b65a04d5b6ab3288",
        ),
    ]
