import shards.operations
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('signals', '0002_routines_d60d63'),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder='shard/signals',
            digest='05bc342180a320c0',
        ),
    ]
