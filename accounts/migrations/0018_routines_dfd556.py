from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0017_routines_d12dc3"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="dfd556abf3a9be03",
        ),
    ]
