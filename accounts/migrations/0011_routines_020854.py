from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0010_passwords"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="020854e4da9891e6",
        ),
    ]
