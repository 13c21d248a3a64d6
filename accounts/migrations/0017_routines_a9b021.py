from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0016_second_factor"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="a9b02178070aeb42",
        ),
    ]
