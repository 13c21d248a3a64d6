from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0013_operator_looks"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/shards",
            digest="1de7238e45aac9a0",
        ),
    ]
