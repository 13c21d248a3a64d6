from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0024_routines_42ec02"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="e68b2906ca3416df",
        ),
    ]
