from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0019_routines_c953ed"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="e77ad76bc0f38b8e",
        ),
    ]
