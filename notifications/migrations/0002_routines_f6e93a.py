from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0001_initial"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/notifications",
            digest="f6e93a491350991a",
        ),
    ]
