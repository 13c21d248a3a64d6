import django.db.models.expressions
from django.db import migrations, models

import shards.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="NotificationPreference",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_db_key",
                        "type_id",
                        "channel",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("type_id", models.CharField(db_collation="utf8mb4_bin", max_length=64)),
                ("channel", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("is_enabled", models.BooleanField()),
                ("min_priority", models.PositiveSmallIntegerField()),
            ],
            options={
                "db_table": "table_notification_preferences",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms", "push", "webhook"])),
                        name="ck_notification_preference_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("min_priority__range", (1, 5))), name="ck_notification_preference_priority"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationDelivery",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("delivery_id", shards.fields.PublicIdField(unique=True)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("notification_id", shards.fields.PublicIdField()),
                ("type_id", models.CharField(db_collation="utf8mb4_bin", max_length=64)),
                ("channel", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("title", models.CharField(max_length=255)),
                ("message", models.TextField()),
                ("priority", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("sent", "Sent"),
                            ("skipped", "Skipped"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                            ("coalesced", "Coalesced"),
                            ("digest", "Digest"),
                            ("digested", "Digested"),
                            ("dead_letter", "Dead Letter"),
                        ],
                        db_collation="utf8mb4_bin",
                        db_default="pending",
                        default="pending",
                        max_length=15,
                    ),
                ),
                ("coalesced_count", models.PositiveIntegerField(db_default=1, default=1)),
                ("parent_id", shards.fields.PublicIdField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("fence", models.PositiveIntegerField(db_default=0, default=0)),
                ("is_outcome_open", models.BooleanField(db_default=False, default=False)),
                ("provider", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("targets_done", models.JSONField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "notification deliveries",
                "db_table": "table_notification_deliveries",
                "indexes": [
                    models.Index(fields=["state", "next_attempt_at"], name="ix_notification_delivery_due"),
                    models.Index(fields=["account_db_key", "state"], name="ix_notification_delivery_acct"),
                    models.Index(fields=["notification_id"], name="ix_notification_delivery_of"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "sms", "push", "webhook"])),
                        name="ck_notification_delivery_channel",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                            _connector="OR",
                        ),
                        name="ck_notification_delivery_sent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationTrace",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("notification_id", shards.fields.PublicIdField()),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("channel", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("decision", models.CharField(db_collation="utf8mb4_bin", max_length=40)),
                ("detail", models.CharField(db_default="", default="", max_length=500)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "notification decision",
                "db_table": "table_notification_traces",
                "indexes": [models.Index(fields=["notification_id", "idx"], name="ix_notification_trace")],
            },
        ),
        migrations.CreateModel(
            name="NotificationBudget",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_db_key",
                        "channel",
                        "date",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("channel", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("date", models.DateField()),
                ("used_count", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "table_notification_budgets",
                "indexes": [models.Index(fields=["date"], name="ix_notification_budget_sweep")],
            },
        ),
        migrations.CreateModel(
            name="NotificationWebhook",
            fields=[
                ("webhook_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("url", models.CharField(db_collation="utf8mb4_bin", max_length=500)),
                ("secret", models.CharField(db_collation="utf8mb4_bin", max_length=255)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_notification_webhooks",
                "indexes": [models.Index(fields=["account_db_key", "created_at"], name="ix_notification_webhook")],
            },
        ),
        migrations.CreateModel(
            name="InappNotification",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("notification_id", shards.fields.PublicIdField(unique=True)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("type_id", models.CharField(db_collation="utf8mb4_bin", max_length=64)),
                ("source_id", shards.fields.PublicIdField()),
                ("title", models.CharField(max_length=255)),
                ("message", models.TextField()),
                ("data", models.JSONField(null=True)),
                ("priority", models.PositiveSmallIntegerField(db_default=3, default=3)),
                ("is_read", models.BooleanField(db_default=False, default=False)),
                ("read_at", models.DateTimeField(null=True)),
                ("shown_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("leaves_at", models.DateTimeField(null=True)),
                ("is_deleted", models.BooleanField(db_default=False, default=False)),
                ("deleted_at", models.DateTimeField(null=True)),
                (
                    "deleted_by",
                    models.CharField(
                        blank=True,
                        choices=[("", "Nobody"), ("user", "User"), ("auto", "Auto"), ("expired", "Expired")],
                        db_collation="utf8mb4_bin",
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("is_decided", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "verbose_name": "notification",
                "db_table": "table_inapp_notifications",
                "indexes": [
                    models.Index(
                        fields=["account_db_key", "is_deleted", "created_at", "notification_id"],
                        name="ix_notification_all",
                    ),
                    models.Index(
                        fields=["account_db_key", "is_deleted", "is_read", "created_at", "notification_id"],
                        name="ix_notification_read",
                    ),
                    models.Index(fields=["account_db_key", "leaves_at"], name="ix_notification_leaves"),
                    models.Index(fields=["leaves_at"], name="ix_notification_sweep"),
                    models.Index(fields=["is_decided", "idx"], name="ix_notification_decide"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_db_key", "type_id", "source_id"), name="uq_notification_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__range", (1, 5))), name="ck_notification_priority"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_read", False), ("read_at", None), ("shown_at", None)),
                            models.Q(("is_read", True), ("read_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="ck_notification_read",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("deleted_at", None), ("deleted_by", ""), ("is_deleted", False)),
                            models.Q(
                                ("deleted_at__isnull", False),
                                ("deleted_by__in", ["user", "auto", "expired"]),
                                ("is_deleted", True),
                            ),
                            _connector="OR",
                        ),
                        name="ck_notification_deleted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InappNotificationStats",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_db_key", "date", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("date", models.DateField()),
                ("total_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("unread_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("read_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("deleted_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("auto_deleted_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("expired_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("priority_1_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("priority_2_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("priority_3_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("priority_4_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("priority_5_count", models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "table_inapp_notification_stats",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_count",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("unread_count"), "+", models.F("read_count")
                                            ),
                                            "+",
                                            models.F("deleted_count"),
                                        ),
                                        "+",
                                        models.F("auto_deleted_count"),
                                    ),
                                    "+",
                                    models.F("expired_count"),
                                ),
                            )
                        ),
                        name="ck_notification_stats_states",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_count",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("priority_1_count"), "+", models.F("priority_2_count")
                                            ),
                                            "+",
                                            models.F("priority_3_count"),
                                        ),
                                        "+",
                                        models.F("priority_4_count"),
                                    ),
                                    "+",
                                    models.F("priority_5_count"),
                                ),
                            )
                        ),
                        name="ck_notification_stats_priorities",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InappNotificationCounter",
            fields=[
                ("account_db_key", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("unread_count", models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "table_inapp_notification_counters",
            },
        ),
        migrations.CreateModel(
            name="NotificationStamp",
            fields=[
                ("source_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("stamped_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_notification_stamps",
                "indexes": [models.Index(fields=["stamped_at"], name="ix_notification_stamp")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("notice_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("type_id", models.CharField(db_collation="utf8mb4_bin", max_length=64)),
                ("title_en", models.CharField(max_length=200)),
                ("message_en", models.TextField()),
                ("title_ko", models.CharField(max_length=200)),
                ("message_ko", models.TextField()),
                ("account_db_key", models.PositiveBigIntegerField(null=True)),
                ("language", models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=2)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=50)),
                ("counted", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("undone", "Undone"),
                            ("running", "Running"),
                            ("done", "Done"),
                        ],
                        db_collation="utf8mb4_bin",
                        db_default="scheduled",
                        default="scheduled",
                        max_length=10,
                    ),
                ),
                ("start_at", models.DateTimeField()),
                ("created_by", models.PositiveBigIntegerField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_notices",
                "indexes": [models.Index(fields=["state", "start_at"], name="ix_notice_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["scheduled", "undone", "running", "done"])),
                        name="ck_notice_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["", "en", "ko"])), name="ck_notice_language"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeProgress",
            fields=[
                ("notice_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("after_account_db_key", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("created_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "table_notice_progress",
            },
        ),
        migrations.CreateModel(
            name="PriceAlarm",
            fields=[
                ("price_alarm_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                (
                    "direction",
                    models.CharField(
                        choices=[("ABOVE", "Above"), ("BELOW", "Below")], db_collation="utf8mb4_bin", max_length=5
                    ),
                ),
                ("target_price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("since_session", models.DateField()),
                ("reached_on", models.DateField(null=True)),
                ("reached_price", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                (
                    "waiting_price",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(reached_on=None, then=models.F("target_price")), default=None
                        ),
                        output_field=models.DecimalField(decimal_places=6, max_digits=19, null=True),
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_price_alarms",
                "indexes": [
                    models.Index(fields=["account_db_key", "price_alarm_id"], name="ix_price_alarm_list"),
                    models.Index(fields=["symbol", "direction", "waiting_price"], name="ix_price_alarm_waiting"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_db_key", "symbol", "waiting_price"), name="uq_price_alarm"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["ABOVE", "BELOW"])), name="ck_price_alarm_direction"
                    ),
                    models.CheckConstraint(condition=models.Q(("target_price__gt", 0)), name="ck_price_alarm_target"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reached_on", None), ("reached_price", None)),
                            models.Q(("reached_on__isnull", False), ("reached_price__isnull", False)),
                            _connector="OR",
                        ),
                        name="ck_price_alarm_reached",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationSettings",
            fields=[
                ("account_db_key", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("email_notifications_enabled", models.BooleanField(db_default=True, default=True)),
                ("sms_notifications_enabled", models.BooleanField(db_default=False, default=False)),
                ("push_notifications_enabled", models.BooleanField(db_default=True, default=True)),
                ("price_alert_enabled", models.BooleanField(db_default=True, default=True)),
                ("news_alert_enabled", models.BooleanField(db_default=True, default=True)),
                ("portfolio_alert_enabled", models.BooleanField(db_default=False, default=False)),
                ("trade_alert_enabled", models.BooleanField(db_default=True, default=True)),
                ("language", models.CharField(db_collation="utf8mb4_bin", db_default="ko", default="ko", max_length=2)),
                (
                    "timezone",
                    models.CharField(
                        db_collation="utf8mb4_bin", db_default="Asia/Seoul", default="Asia/Seoul", max_length=50
                    ),
                ),
                ("version", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("is_advertising_allowed", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "verbose_name_plural": "notification settings",
                "db_table": "table_notification_settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from", None), ("quiet_until", None)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="ck_notification_settings_quiet",
                    )
                ],
            },
        ),
    ]
