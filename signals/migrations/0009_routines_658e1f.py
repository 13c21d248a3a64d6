from django.db import migrations

import shards.operations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("signals", "0008_market_states_and_sources"),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder="global/signals",
            digest="658e1f1166f5cb80",
        ),
        shards.operations.InstallRoutines(
            folder="shard/signals",
            digest="88279ec818a0c54c",
        ),
    ]
