from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TutorialProgress",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_db_key", "tutorial_type", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("tutorial_type", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("completed_step", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_tutorial_progress",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tutorial_type__in", ("OVERVIEW", "PORTFOLIO", "SIGNALS", "CHAT", "SETTINGS"))
                        ),
                        name="ck_tutorial_progress_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("completed_step__gte", 1)), name="ck_tutorial_progress_step"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TutorialStep",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("tutorial_type", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("step_id", models.CharField(db_collation="utf8mb4_bin", max_length=64)),
                (
                    "completed_by",
                    models.CharField(
                        choices=[("user", "User"), ("event", "Event")], db_collation="utf8mb4_bin", max_length=10
                    ),
                ),
                ("completed_at", models.DateTimeField()),
                ("seconds_since_signup", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "tutorial step done",
                "verbose_name_plural": "tutorial steps done",
                "db_table": "table_tutorial_steps",
                "indexes": [
                    models.Index(
                        fields=["tutorial_type", "step_id", "seconds_since_signup"], name="ix_tutorial_step_funnel"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_db_key", "tutorial_type", "step_id"), name="uq_tutorial_step"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tutorial_type__in", ("OVERVIEW", "PORTFOLIO", "SIGNALS", "CHAT", "SETTINGS"))
                        ),
                        name="ck_tutorial_step_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("completed_by__in", ["user", "event"])), name="ck_tutorial_step_by"
                    ),
                ],
            },
        ),
    ]
