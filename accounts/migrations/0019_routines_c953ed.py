from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0018_second_factor"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="c953ed3451ab8f56",
        ),
    ]
