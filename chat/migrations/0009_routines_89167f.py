from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("chat", "0008_routines_231821"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/chat",
            digest="89167f36f557b85d",
        ),
    ]
