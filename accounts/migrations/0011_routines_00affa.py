from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0010_keys_and_payments"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="00affab1b6d12651",
        ),
    ]
