from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0006_account_audit"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/accounts",
            digest="3947abdcb3ba2e66",
        ),
    ]
