from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0016_withdrawal"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="d12dc3637001e754",
        ),
    ]
