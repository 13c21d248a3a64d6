import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shards.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountResidence",
            fields=[
                ("account_db_key", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("moving", "Moving"), ("moved", "Moved")],
                        db_collation="utf8mb4_bin",
                        db_default="active",
                        default="active",
                        max_length=10,
                    ),
                ),
                ("epoch", models.PositiveIntegerField(db_default=1, default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "table_account_residence",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["active", "moving", "moved"])), name="ck_residence_state"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorLog",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("procedure_name", models.CharField(db_collation="utf8mb4_bin", max_length=64)),
                ("error_state", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("error_no", models.PositiveIntegerField()),
                ("error_message", models.TextField()),
                ("param", models.JSONField(blank=True, null=True)),
                ("request_id", models.CharField(blank=True, db_collation="utf8mb4_bin", max_length=64, null=True)),
                ("create_time", models.DateTimeField()),
            ],
            options={
                "verbose_name": "error log entry",
                "verbose_name_plural": "error log",
                "db_table": "table_errorlog",
                "indexes": [models.Index(fields=["create_time"], name="ix_errorlog_create_time")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("route", models.CharField(db_collation="utf8mb4_bin", max_length=200)),
                ("idempotency_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("request_hash", shards.fields.FixedBinaryField(editable=False, length=32)),
                ("claim_id", shards.fields.PublicIdField()),
                ("claimed_at", models.DateTimeField()),
                ("response_status", models.PositiveSmallIntegerField(null=True)),
                ("response_body", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "table_idempotency_keys",
                "indexes": [models.Index(fields=["claimed_at"], name="ix_idempotency_claimed_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_db_key", "route", "idempotency_key"), name="uq_idempotency_account_route_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("response_body__isnull", True), ("response_status__isnull", True)),
                            models.Q(("response_body__isnull", False), ("response_status__isnull", False)),
                            _connector="OR",
                        ),
                        name="ck_idempotency_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "name",
                    models.CharField(db_collation="utf8mb4_bin", max_length=100, primary_key=True, serialize=False),
                ),
                ("fence", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("duration_ms", models.PositiveIntegerField(null=True)),
                ("result", models.JSONField(null=True)),
                ("error", models.TextField(db_default="", default="")),
            ],
            options={
                "db_table": "table_jobs",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="OperatorLook",
            fields=[
                ("account_db_key", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_operator_looks",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("looked_at__gte", models.F("since"))), name="ck_operator_look"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Restore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("restored_at", models.DateTimeField()),
                ("snapshot_at", models.DateTimeField()),
                ("reconciled_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "table_restores",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("restored_at__gte", models.F("snapshot_at"))),
                        name="ck_restore_after_snapshot",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShardConfig",
            fields=[
                ("shard_id", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("shard_name", models.CharField(max_length=50, unique=True)),
                ("host", models.CharField(max_length=255)),
                ("port", models.PositiveIntegerField(db_default=3306, default=3306)),
                ("database_name", models.CharField(max_length=64)),
                ("max_connections", models.PositiveIntegerField(db_default=100, default=100)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("maintenance", "Maintenance"), ("disabled", "Disabled")],
                        db_collation="utf8mb4_bin",
                        db_default="active",
                        default="active",
                        max_length=15,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "shard",
                "db_table": "table_shard_config",
                "ordering": ["shard_id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("shard_id__gte", 1)), name="ck_shard_id"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "maintenance", "disabled"])),
                        name="ck_shard_status",
                    ),
                    models.CheckConstraint(condition=models.Q(("port__range", (1, 65535))), name="ck_shard_port"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShardStats",
            fields=[
                (
                    "shard",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stats",
                        serialize=False,
                        to="shards.shardconfig",
                    ),
                ),
                ("user_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("active_users", models.PositiveIntegerField(db_default=0, default=0)),
                ("last_updated", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "shard stats",
                "db_table": "table_shard_stats",
            },
        ),
        migrations.CreateModel(
            name="UserShardMapping",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="mapping",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mappings", to="shards.shardconfig"
                    ),
                ),
                ("assigned_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_user_shard_mapping",
            },
        ),
        migrations.CreateModel(
            name="UniversalOutbox",
            fields=[
                ("event_id", shards.fields.PublicIdField(db_column="id", primary_key=True, serialize=False)),
                ("domain", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("partition_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("sequence_no", models.PositiveBigIntegerField()),
                ("event_type", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("schema_version", models.PositiveSmallIntegerField(db_default=1, default=1)),
                ("aggregate_id", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("event_data", models.JSONField()),
                ("created_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[("pending", "Pending"), ("failed", "Failed"), ("dead_letter", "Dead Letter")],
                        db_collation="utf8mb4_bin",
                        db_default="pending",
                        default="pending",
                        max_length=15,
                    ),
                ),
                ("retry_count", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("max_retries", models.PositiveSmallIntegerField(db_default=10, default=10)),
                ("error_message", models.TextField(db_default="", default="")),
            ],
            options={
                "verbose_name": "outbox event, waiting",
                "verbose_name_plural": "outbox events, waiting",
                "db_table": "universal_outbox",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("domain", "partition_key", "sequence_no"), name="uq_outbox_sequence"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "failed", "dead_letter"])),
                        name="ck_outbox_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("event_id", shards.fields.PublicIdField(db_column="id", primary_key=True, serialize=False)),
                ("domain", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("partition_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("sequence_no", models.PositiveBigIntegerField()),
                ("event_type", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("schema_version", models.PositiveSmallIntegerField(db_default=1, default=1)),
                ("aggregate_id", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("event_data", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "outbox event, published",
                "verbose_name_plural": "outbox events, published",
                "db_table": "outbox_events",
                "indexes": [models.Index(fields=["published_at"], name="ix_outbox_event_published_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("domain", "partition_key", "sequence_no"), name="uq_outbox_event_sequence"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxSequence",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "domain", "partition_key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("domain", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("partition_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("next_sequence", models.PositiveBigIntegerField(db_default=1, default=1)),
            ],
            options={
                "db_table": "outbox_sequences",
            },
        ),
        migrations.CreateModel(
            name="OutboxPartition",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "domain", "partition_key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("domain", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("partition_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("fence", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(db_default=0, default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("blocked_by", models.PositiveBigIntegerField(null=True)),
            ],
            options={
                "db_table": "outbox_partitions",
            },
        ),
        migrations.CreateModel(
            name="OutboxStream",
            fields=[
                (
                    "stream",
                    models.CharField(db_collation="utf8mb4_bin", max_length=100, primary_key=True, serialize=False),
                ),
                ("last_id", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("lost_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "outbox_streams",
            },
        ),
        migrations.CreateModel(
            name="OutboxConsumer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "consumer",
                        "domain",
                        "partition_key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("consumer", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("domain", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("partition_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("sequence_no", models.PositiveBigIntegerField()),
                ("seen_no", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("blocked_by", models.PositiveBigIntegerField(null=True)),
                ("error_message", models.TextField(db_default="", default="")),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "outbox_consumers",
                "indexes": [models.Index(fields=["consumer", "next_attempt_at"], name="ix_outbox_consumer_due")],
            },
        ),
        migrations.CreateModel(
            name="OutboxReader",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "consumer", "stream", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("consumer", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("stream", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("fence", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("lease_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "outbox_readers",
            },
        ),
        migrations.CreateModel(
            name="OutboxInbox",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "consumer", "event_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("consumer", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("event_id", shards.fields.PublicIdField()),
                ("handled_at", models.DateTimeField()),
            ],
            options={
                "db_table": "outbox_inbox",
                "indexes": [models.Index(fields=["handled_at"], name="ix_outbox_inbox_handled_at")],
            },
        ),
        migrations.CreateModel(
            name="OutboxParked",
            fields=[
                ("domain", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("partition_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("sequence_no", models.PositiveBigIntegerField()),
                ("event_type", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("schema_version", models.PositiveSmallIntegerField(db_default=1, default=1)),
                ("aggregate_id", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("event_data", models.JSONField()),
                ("created_at", models.DateTimeField()),
                ("event_id", shards.fields.PublicIdField()),
                ("parked_no", models.BigAutoField(primary_key=True, serialize=False)),
                ("consumer", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("tries", models.PositiveSmallIntegerField()),
                ("reason", models.TextField()),
                ("parked_at", models.DateTimeField()),
                (
                    "wish",
                    models.CharField(
                        choices=[("replay", "Replay"), ("skip", "Skip")],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                        null=True,
                    ),
                ),
                ("wished_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "parked event",
                "verbose_name_plural": "parked events",
                "db_table": "outbox_parked",
                "indexes": [models.Index(fields=["consumer", "wished_at"], name="ix_outbox_parked_wished_at")],
                "constraints": [models.UniqueConstraint(fields=("consumer", "event_id"), name="uq_outbox_parked")],
            },
        ),
        migrations.CreateModel(
            name="SagaInstance",
            fields=[
                ("saga_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("saga_type", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("definition_version", models.PositiveSmallIntegerField()),
                ("idempotency_key", models.CharField(db_collation="utf8mb4_bin", max_length=128)),
                ("initiator_id", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("resource", models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=128)),
                ("ticket", models.PositiveBigIntegerField(db_default=0, default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("started", "Started"),
                            ("compensating", "Compensating"),
                            ("completed", "Completed"),
                            ("compensated", "Compensated"),
                            ("failed", "Failed"),
                        ],
                        db_collation="utf8mb4_bin",
                        max_length=15,
                    ),
                ),
                ("current_step", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("total_steps", models.PositiveSmallIntegerField()),
                ("saga_data", models.JSONField()),
                ("error_message", models.TextField(db_default="", default="")),
                ("version", models.PositiveBigIntegerField(db_default=1, default=1)),
                ("due_at", models.DateTimeField(null=True)),
                ("is_stuck", models.BooleanField(db_default=False, default=False)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("completed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "saga",
                "db_table": "saga_instances",
                "indexes": [
                    models.Index(fields=["due_at"], name="ix_saga_due_at"),
                    models.Index(fields=["status", "created_at"], name="ix_saga_status"),
                    models.Index(fields=["resource", "status", "ticket"], name="ix_saga_resource"),
                    models.Index(fields=["initiator_id", "created_at"], name="ix_saga_initiator"),
                    models.Index(fields=["created_at"], name="ix_saga_created_at"),
                    models.Index(fields=["is_stuck", "created_at"], name="ix_saga_stuck"),
                    models.Index(fields=["completed_at"], name="ix_saga_completed_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("saga_type", "idempotency_key"), name="uq_saga_idempotency_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["waiting", "started", "compensating", "completed", "compensated", "failed"])
                        ),
                        name="ck_saga_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("status__in", ["started", "compensating"])),
                            models.Q(
                                models.Q(("status__in", ["started", "compensating"]), _negated=True),
                                ("due_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ck_saga_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("completed_at__isnull", True), ("status__in", ["waiting", "started", "compensating"])
                            ),
                            models.Q(
                                models.Q(("status__in", ["waiting", "started", "compensating"]), _negated=True),
                                ("completed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="ck_saga_completed_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("current_step__lte", models.F("total_steps"))), name="ck_saga_step"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SagaStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "saga",
                    models.ForeignKey(
                        db_column="saga_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="shards.sagainstance",
                    ),
                ),
                ("step_number", models.PositiveSmallIntegerField()),
                ("step_name", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("running", "Running"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                            ("compensating", "Compensating"),
                            ("compensated", "Compensated"),
                            ("skipped", "Skipped"),
                        ],
                        db_collation="utf8mb4_bin",
                        db_default="pending",
                        default="pending",
                        max_length=15,
                    ),
                ),
                ("timeout_ms", models.PositiveIntegerField()),
                ("target", models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=50)),
                ("tries", models.PositiveIntegerField(db_default=0, default=0)),
                ("request_data", models.JSONField(null=True)),
                ("response_data", models.JSONField(null=True)),
                ("error_message", models.TextField(db_default="", default="")),
                ("started_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("compensation_tries", models.PositiveIntegerField(db_default=0, default=0)),
                ("compensation_error", models.TextField(db_default="", default="")),
                ("compensation_started_at", models.DateTimeField(null=True)),
                ("compensated_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "saga step",
                "db_table": "saga_steps",
                "constraints": [
                    models.UniqueConstraint(fields=("saga", "step_number"), name="uq_saga_step_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["pending", "running", "completed", "failed", "compensating", "compensated", "skipped"],
                            )
                        ),
                        name="ck_saga_step_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SagaLock",
            fields=[
                (
                    "resource",
                    models.CharField(db_collation="utf8mb4_bin", max_length=128, primary_key=True, serialize=False),
                ),
                ("saga_id", shards.fields.PublicIdField()),
                ("next_ticket", models.PositiveBigIntegerField(db_default=1, default=1)),
                ("held_since", models.DateTimeField()),
            ],
            options={
                "verbose_name": "saga lock",
                "db_table": "saga_locks",
            },
        ),
        migrations.CreateModel(
            name="SagaInbox",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "saga_id", "step_number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("saga_id", shards.fields.PublicIdField()),
                ("step_number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "New"), ("done", "Done"), ("refused", "Refused"), ("undone", "Undone")],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                ("response_data", models.JSONField(null=True)),
                ("error_message", models.TextField(db_default="", default="")),
                ("handled_at", models.DateTimeField()),
            ],
            options={
                "db_table": "saga_inbox",
                "indexes": [models.Index(fields=["handled_at"], name="ix_saga_inbox_handled_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "done", "refused", "undone"])),
                        name="ck_saga_inbox_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SagaOperation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "saga",
                    models.ForeignKey(
                        db_column="saga_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="shards.sagainstance",
                    ),
                ),
                ("step_number", models.PositiveSmallIntegerField()),
                (
                    "operation",
                    models.CharField(
                        choices=[("retry", "Retry"), ("skip", "Skip"), ("abort", "Abort")],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                ("operator", models.CharField(max_length=100)),
                ("reason", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "saga operation",
                "db_table": "saga_operations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("operation__in", ["retry", "skip", "abort"]), models.Q(("reason", ""), _negated=True)
                        ),
                        name="ck_saga_operation",
                    )
                ],
            },
        ),
    ]
