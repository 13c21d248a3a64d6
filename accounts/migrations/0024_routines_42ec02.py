from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0023_routines_5ea6f9"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/accounts",
            digest="42ec02b193015fc7",
        ),
    ]
