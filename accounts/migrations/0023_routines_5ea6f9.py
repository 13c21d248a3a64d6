from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0022_orders_at_brokers"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/accounts",
            digest="5ea6f92f0dcf4a20",
        ),
    ]
