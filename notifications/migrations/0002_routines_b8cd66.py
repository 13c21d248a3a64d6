import shards.operations
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('notifications', '0001_initial'),
    ]

    operations = [
        shards.operations.InstallRoutines(
            folder='shard/notifications',
            digest='b8cd66b39e289bd5',
        ),
    ]
