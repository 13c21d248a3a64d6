from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("chat", "0002_routines_710e5c"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/chat",
            digest="581175b650b17f38",
        ),
    ]
