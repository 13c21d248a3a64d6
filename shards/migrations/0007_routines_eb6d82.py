from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0006_idempotency_keys"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="eb6d8215083b2d83",
        ),
    ]
