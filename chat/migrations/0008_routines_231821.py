from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("chat", "0007_routines_d0f87c"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/chat",
            digest="231821ea164acd65",
        ),
    ]
