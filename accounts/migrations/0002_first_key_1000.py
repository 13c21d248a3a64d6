from django.db import migrations

from shards.scope import Scope


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE table_accountid AUTO_INCREMENT = 1000",
            reverse_sql=migrations.RunSQL.noop,
            hints={"scope": Scope.GLOBAL},
        )
    ]
