from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("chat", "0006_parked_messages"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/chat",
            digest="d0f87c1ec45bbf93",
        ),
    ]
