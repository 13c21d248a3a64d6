from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0004_statistics"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/notifications",
            digest="792a7e08920b0655",
        ),
    ]
