from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0012_cash_accounts_ledger_and_orders"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/accounts",
            digest="dadf9298942b23c2",
        ),
    ]
