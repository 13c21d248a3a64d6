from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0025_routines_104be3"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="7ad50292e39565c8",
        ),
    ]
