from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/notifications",
            digest="e9950549b1838ccf",
        ),
        shards.operations.InstallRoutines(
            folder="shard/notifications",
            digest="4e3e400f8154e1d9",
        ),
    ]
