from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0008_passwords"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="83c17923d4245375",
        ),
    ]
