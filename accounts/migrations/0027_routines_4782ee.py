from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0026_routines_7ad502"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/accounts",
            digest="4782eee6209811d0",
        ),
    ]
