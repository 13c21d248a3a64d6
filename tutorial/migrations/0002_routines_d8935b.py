from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tutorial", "0001_initial"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/tutorial",
            digest="d8935b647d00363e",
        ),
    ]
