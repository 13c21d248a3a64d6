from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0010_api_keys"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="01e40a5ec3014fcc",
        ),
    ]
