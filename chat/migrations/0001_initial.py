from django.db import migrations, models

import shards.fields
import shards.indexes


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChatDrift",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("room_id", shards.fields.PublicIdField()),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("compared", models.CharField(db_collation="utf8mb4_bin", max_length=20)),
                ("detail", models.JSONField()),
                ("found_at", models.DateTimeField()),
                ("repaired_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "chat drift",
                "verbose_name_plural": "chat drift",
                "db_table": "table_chat_drift",
                "indexes": [models.Index(fields=["room_id", "found_at"], name="ix_chat_drift_room")],
            },
        ),
        migrations.CreateModel(
            name="ChatTokens",
            fields=[
                ("reply_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("room_id", shards.fields.PublicIdField()),
                ("local_date", models.DateField()),
                ("ai_persona", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("persona_version", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("reserved", "Reserved"), ("settled", "Settled"), ("released", "Released")],
                        db_collation="utf8mb4_bin",
                        db_default="reserved",
                        default="reserved",
                        max_length=10,
                    ),
                ),
                ("request", models.JSONField()),
                ("reserved_tokens", models.PositiveIntegerField()),
                ("prompt_tokens", models.PositiveIntegerField(db_default=0, default=0)),
                ("completion_tokens", models.PositiveIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "chat tokens",
                "verbose_name_plural": "chat tokens",
                "db_table": "table_chat_tokens",
                "indexes": [
                    models.Index(
                        fields=[
                            "account_db_key",
                            "local_date",
                            "state",
                            "reserved_tokens",
                            "prompt_tokens",
                            "completion_tokens",
                        ],
                        name="ix_chat_tokens_day",
                    ),
                    models.Index(fields=["state", "created_at"], name="ix_chat_tokens_state"),
                    models.Index(
                        fields=["local_date", "ai_persona", "prompt_tokens", "completion_tokens"],
                        name="ix_chat_tokens_usage",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "settled"),
                            models.Q(
                                ("completion_tokens", 0), ("prompt_tokens", 0), ("state__in", ["reserved", "released"])
                            ),
                            _connector="OR",
                        ),
                        name="ck_chat_tokens_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatMessage",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("message_id", shards.fields.PublicIdField(unique=True)),
                ("room_id", shards.fields.PublicIdField()),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("sequence_no", models.PositiveBigIntegerField()),
                (
                    "message_type",
                    models.CharField(db_collation="utf8mb4_bin", db_default="USER", default="USER", max_length=10),
                ),
                ("content", models.TextField()),
                ("metadata", models.JSONField()),
                ("parent_message_id", shards.fields.PublicIdField(null=True)),
                ("on_path", models.BooleanField(db_default=True, default=True)),
                ("is_deleted", models.BooleanField(db_default=False, default=False)),
                ("local_date", models.DateField()),
                ("digest", models.PositiveBigIntegerField()),
                ("search_terms", models.TextField(default="")),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "chat message",
                "db_table": "table_chat_messages",
                "indexes": [
                    models.Index(
                        fields=["room_id", "is_deleted", "on_path", "sequence_no"], name="ix_chat_message_path"
                    ),
                    models.Index(fields=["room_id", "is_deleted", "sequence_no"], name="ix_chat_message_all"),
                    models.Index(fields=["parent_message_id", "sequence_no"], name="ix_chat_message_parent"),
                    models.Index(
                        fields=["account_db_key", "local_date", "is_deleted", "room_id", "message_type"],
                        name="ix_chat_message_day",
                    ),
                    shards.indexes.FullTextIndex(fields=["search_terms"], name="ft_chat_message_terms"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("room_id", "sequence_no"), name="uq_chat_message_sequence"),
                    models.CheckConstraint(
                        condition=models.Q(("message_type__in", ["USER", "AI", "SYSTEM"])), name="ck_chat_message_type"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatParked",
            fields=[
                ("message_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("room_id", shards.fields.PublicIdField()),
                ("message", models.TextField()),
                ("reason", models.CharField(max_length=200)),
                ("tries", models.PositiveIntegerField(db_default=1, default=1)),
                ("parked_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "parked message",
                "db_table": "table_chat_parked",
                "indexes": [
                    models.Index(fields=["parked_at", "message_id"], name="ix_chat_parked_at"),
                    models.Index(fields=["account_db_key", "parked_at"], name="ix_chat_parked_account"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatPersona",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("ai_persona", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("version", models.PositiveIntegerField()),
                ("display_name", models.CharField(max_length=100)),
                (
                    "adapter",
                    models.CharField(
                        choices=[("built_in", "Built In"), ("openai", "Openai")],
                        db_collation="utf8mb4_bin",
                        max_length=20,
                    ),
                ),
                ("model", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("system_prompt", models.TextField()),
                ("temperature", models.DecimalField(decimal_places=2, default=1, max_digits=3)),
                ("max_output_tokens", models.PositiveIntegerField(default=1000)),
                ("tools", models.JSONField(default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "persona",
                "db_table": "table_chat_personas",
                "constraints": [
                    models.UniqueConstraint(fields=("ai_persona", "version"), name="uq_chat_persona_version"),
                    models.CheckConstraint(
                        condition=models.Q(("max_output_tokens__range", (1, 8000))), name="ck_chat_persona_output"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("temperature__range", (0, 2))), name="ck_chat_persona_temperature"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatRoom",
            fields=[
                ("room_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("title", models.CharField(db_default="", default="", max_length=200)),
                ("ai_persona", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("is_archived", models.BooleanField(db_default=False, default=False)),
                ("is_active", models.BooleanField(db_default=True, default=True)),
                ("message_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("last_message_id", shards.fields.PublicIdField(null=True)),
                ("last_message_at", models.DateTimeField(null=True)),
                ("activity_at", models.DateTimeField()),
                ("last_sequence_no", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("content_digest", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("leaf_message_id", shards.fields.PublicIdField(null=True)),
                ("path_sequence_no", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "chat room",
                "db_table": "table_chat_rooms",
                "indexes": [
                    models.Index(
                        fields=["account_db_key", "is_active", "is_archived", "activity_at", "room_id"],
                        name="ix_chat_room_list",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatStatistics",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("date", models.DateField()),
                ("total_messages", models.PositiveIntegerField(db_default=0, default=0)),
                ("user_messages", models.PositiveIntegerField(db_default=0, default=0)),
                ("ai_messages", models.PositiveIntegerField(db_default=0, default=0)),
                ("total_tokens", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("reserved_tokens", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("active_rooms", models.PositiveIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "chat statistics",
                "verbose_name_plural": "chat statistics",
                "db_table": "table_chat_statistics",
                "indexes": [models.Index(fields=["date", "account_db_key"], name="ix_chat_statistics_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("account_db_key", "date"), name="uq_chat_statistics_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatTranscriptRead",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("operator_db_key", models.PositiveBigIntegerField()),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("shard_id", models.PositiveIntegerField()),
                ("room_id", shards.fields.PublicIdField()),
                ("client_address", models.CharField(db_collation="utf8mb4_bin", max_length=45)),
                ("read_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "reading of a transcript",
                "verbose_name_plural": "readings of transcripts",
                "db_table": "table_chat_transcript_reads",
                "indexes": [
                    models.Index(fields=["account_db_key", "read_at"], name="ix_chat_transcript_account"),
                    models.Index(fields=["operator_db_key", "read_at"], name="ix_chat_transcript_operator"),
                ],
            },
        ),
    ]
