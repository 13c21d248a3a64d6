from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("shards", "0014_routines_bd244b"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/shards",
            digest="1de7238e45aac9a0",
        ),
    ]
