from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0010_outbox_wishes"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="74cc310441218191",
        ),
    ]
