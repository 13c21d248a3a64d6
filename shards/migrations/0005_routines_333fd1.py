from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0004_outbox_inbox_and_readers"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="333fd12ca5a04d0d",
        ),
    ]
