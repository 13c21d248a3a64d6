from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0004_plans"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="8086786763ae5bd1",
        ),
    ]
