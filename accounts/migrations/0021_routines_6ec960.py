from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0020_routines_e77ad7"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="6ec9609ed3fd2aa0",
        ),
    ]
