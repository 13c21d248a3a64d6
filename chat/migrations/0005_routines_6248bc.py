from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("chat", "0004_tokens_usage"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/chat",
            digest="6248bcf2c7b1360f",
        ),
    ]
