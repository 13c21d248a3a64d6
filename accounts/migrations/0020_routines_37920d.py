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
            digest="37920dd4616e99c5",
        ),
    ]
