from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0002_first_key_1000"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="5b9cac0f9cd658e7",
        ),
        shards.operations.InstallRoutines(
            folder="shard/accounts",
            digest="4782eee6209811d0",
        ),
    ]
