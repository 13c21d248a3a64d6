from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0008_sagas"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="d8e9ad5d9ee2873b",
        ),
    ]
