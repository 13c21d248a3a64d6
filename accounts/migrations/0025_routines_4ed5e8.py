from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0024_routines_42ec02"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/accounts",
            digest="4ed5e8d3d33e5b70",
        ),
    ]
