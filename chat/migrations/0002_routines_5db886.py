from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("chat", "0001_initial"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="shard/chat",
            digest="5db8865169990b74",
        ),
    ]
