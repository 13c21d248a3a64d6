from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0002_routines_f6e93a"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/notifications",
            digest="b00c3f8a0f9c756b",
        ),
    ]
