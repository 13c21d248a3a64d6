from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0006_routines_ae9513"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/signals",
            digest="e7332eb7891e6355",
        ),
    ]
