from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0006_delivery"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/notifications",
            digest="19c1cba873eddd75",
        ),
    ]
