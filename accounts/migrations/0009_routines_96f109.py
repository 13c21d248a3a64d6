from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0008_profiles"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="96f109d416b96db7",
        ),
    ]
