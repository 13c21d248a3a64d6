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
            digest="316e38008017771f",
        ),
    ]
