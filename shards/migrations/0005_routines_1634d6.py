from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0004_idempotency_keys"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="1634d697c2be25d0",
        ),
    ]
