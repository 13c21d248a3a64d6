from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0028_routines_4b786c"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="5b9cac0f9cd658e7",
        ),
    ]
