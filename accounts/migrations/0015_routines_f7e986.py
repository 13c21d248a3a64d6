from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0014_keys_and_payments"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="f7e9860be54f8eb2",
        ),
    ]
