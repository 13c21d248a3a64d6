from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0013_operator_looks"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="every/shards",
            digest="bd244bb34b900ed2",
        ),
    ]
