from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0005_retention"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="8036062509ab0333",
        ),
    ]
