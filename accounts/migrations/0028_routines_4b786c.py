from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0027_routines_4782ee"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="4b786c343a7c3e11",
        ),
    ]
