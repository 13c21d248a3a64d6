from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("notifications", "0010_prices_and_profile"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/notifications",
            digest="4e3e400f8154e1d9",
        ),
    ]
