import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import shards.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MarketSymbol",
            fields=[
                (
                    "symbol",
                    models.CharField(db_collation="utf8mb4_bin", max_length=50, primary_key=True, serialize=False),
                ),
                ("company_name", models.CharField(max_length=200)),
                ("exchange", models.CharField(max_length=50)),
                ("currency", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                ("calendar", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
            ],
            options={
                "verbose_name": "symbol",
                "db_table": "table_market_symbols",
            },
        ),
        migrations.CreateModel(
            name="MarketBar",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("session", models.DateField()),
                ("open", models.DecimalField(decimal_places=6, max_digits=19)),
                ("high", models.DecimalField(decimal_places=6, max_digits=19)),
                ("low", models.DecimalField(decimal_places=6, max_digits=19)),
                ("close", models.DecimalField(decimal_places=6, max_digits=19)),
                ("volume", models.PositiveBigIntegerField()),
                ("source", models.CharField(db_collation="utf8mb4_bin", max_length=30)),
                ("revision", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("change_seq", models.PositiveBigIntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "bar",
                "db_table": "table_market_bars",
                "abstract": False,
                "indexes": [
                    models.Index(fields=["session"], name="ix_bar_session"),
                    models.Index(fields=["change_seq", "symbol", "session"], name="ix_bar_change"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("symbol", "session"), name="uq_bar_symbol_session"),
                    models.CheckConstraint(
                        condition=models.Q(("close__gt", 0), ("high__gt", 0), ("low__gt", 0), ("open__gt", 0)),
                        name="ck_bar_prices",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketBarRevision",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("session", models.DateField()),
                ("open", models.DecimalField(decimal_places=6, max_digits=19)),
                ("high", models.DecimalField(decimal_places=6, max_digits=19)),
                ("low", models.DecimalField(decimal_places=6, max_digits=19)),
                ("close", models.DecimalField(decimal_places=6, max_digits=19)),
                ("volume", models.PositiveBigIntegerField()),
                ("source", models.CharField(db_collation="utf8mb4_bin", max_length=30)),
                ("revision", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "replaced bar",
                "db_table": "table_market_bar_revisions",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("symbol", "session", "revision"), name="uq_bar_revision")
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketProgress",
            fields=[
                (
                    "name",
                    models.CharField(db_collation="utf8mb4_bin", max_length=20, primary_key=True, serialize=False),
                ),
                ("change_seq", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("upto_seq", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=50)),
            ],
            options={
                "verbose_name": "progress with bars",
                "verbose_name_plural": "progress with bars",
                "db_table": "table_market_progress",
            },
        ),
        migrations.CreateModel(
            name="MarketFeed",
            fields=[
                (
                    "source",
                    models.CharField(db_collation="utf8mb4_bin", max_length=30, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField()),
                ("last_success_at", models.DateTimeField(null=True)),
                ("error", models.CharField(db_default="", default="", max_length=500)),
                ("position", models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=200)),
            ],
            options={
                "verbose_name": "feed",
                "db_table": "table_market_feeds",
            },
        ),
        migrations.CreateModel(
            name="MarketGap",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("session", models.DateField()),
                ("noticed_at", models.DateTimeField()),
                ("filled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "gap",
                "db_table": "table_market_gaps",
                "indexes": [models.Index(fields=["filled_at", "idx"], name="ix_gap_open")],
                "constraints": [models.UniqueConstraint(fields=("symbol", "session"), name="uq_gap_symbol_session")],
            },
        ),
        migrations.CreateModel(
            name="MarketSplit",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("session", models.DateField()),
                ("ratio", models.DecimalField(decimal_places=6, max_digits=19)),
            ],
            options={
                "verbose_name": "split",
                "db_table": "table_market_splits",
                "constraints": [
                    models.UniqueConstraint(fields=("symbol", "session"), name="uq_split_symbol_session"),
                    models.CheckConstraint(condition=models.Q(("ratio__gt", 0)), name="ck_split_ratio"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarketSignal",
            fields=[
                ("signal_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("signal_seq", models.PositiveBigIntegerField(unique=True)),
                ("source", models.CharField(db_collation="utf8mb4_bin", max_length=30)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("band_window", models.PositiveSmallIntegerField()),
                ("band_k", models.DecimalField(decimal_places=3, max_digits=6)),
                ("session", models.DateField()),
                ("signal_type", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("signal_price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("volume", models.PositiveBigIntegerField()),
                ("triggered_at", models.DateTimeField()),
                ("confidence", models.DecimalField(decimal_places=5, max_digits=6, null=True)),
                (
                    "model_version",
                    models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=50),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("change_seq", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("pace", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "market signal",
                "db_table": "table_market_signals",
                "indexes": [models.Index(fields=["change_seq", "signal_seq"], name="ix_market_signal_change")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "symbol", "band_window", "band_k", "session", "signal_type"),
                        name="uq_market_signal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signal_type__in", ["BUY", "SELL"])), name="ck_market_signal_type"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignalScan",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("band_window", models.PositiveSmallIntegerField()),
                ("band_k", models.DecimalField(decimal_places=3, max_digits=6)),
                ("after_session", models.DateField()),
                ("upto_session", models.DateField()),
                ("judged", models.JSONField(null=True)),
            ],
            options={
                "db_table": "table_signal_scans",
                "constraints": [
                    models.UniqueConstraint(fields=("symbol", "band_window", "band_k"), name="uq_scan"),
                    models.CheckConstraint(
                        condition=models.Q(("after_session__lte", models.F("upto_session"))), name="ck_scan_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignalAlarm",
            fields=[
                ("alarm_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("company_name", models.CharField(max_length=200)),
                ("current_price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("exchange", models.CharField(max_length=50)),
                ("currency", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                ("note", models.CharField(db_default="", default="", max_length=500)),
                ("band_window", models.PositiveSmallIntegerField(db_default=20, default=20)),
                ("band_k", models.DecimalField(db_default=2, decimal_places=3, default=2, max_digits=6)),
                ("side", models.CharField(db_collation="utf8mb4_bin", db_default="BOTH", default="BOTH", max_length=4)),
                ("cooldown", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("hysteresis", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("expires_on", models.DateField(null=True)),
                ("since_session", models.DateField()),
                ("is_active", models.BooleanField(db_default=True, default=True)),
                ("is_deleted", models.BooleanField(db_default=False, default=False)),
                (
                    "live_symbol",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(is_deleted=False, then=models.F("symbol")), default=None),
                        output_field=models.CharField(db_collation="utf8mb4_bin", max_length=50, null=True),
                    ),
                ),
                (
                    "is_paced",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                models.Q(("cooldown__gt", 0), ("hysteresis__gt", 0), _connector="OR"), then=True
                            ),
                            default=False,
                        ),
                        output_field=models.BooleanField(),
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "alarm",
                "db_table": "table_signal_alarms",
                "indexes": [
                    models.Index(fields=["account_db_key", "is_deleted", "alarm_id"], name="ix_alarm_list"),
                    models.Index(
                        fields=[
                            "symbol",
                            "band_window",
                            "band_k",
                            "is_active",
                            "is_deleted",
                            "account_db_key",
                            "is_paced",
                        ],
                        name="ix_alarm_fanout",
                    ),
                    models.Index(
                        fields=["symbol", "is_active", "is_deleted", "account_db_key", "is_paced"],
                        name="ix_alarm_symbol",
                    ),
                    models.Index(
                        fields=["is_deleted", "is_active", "symbol", "band_window", "band_k", "since_session"],
                        name="ix_alarm_watched",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account_db_key", "live_symbol"), name="uq_alarm_account_symbol"),
                    models.CheckConstraint(
                        condition=models.Q(("band_window__range", (2, 250))), name="ck_alarm_window"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("band_k__gt", 0),
                            (
                                "band_window__gt",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("band_k"), "*", models.F("band_k")
                                    ),
                                    "+",
                                    models.Value(1),
                                ),
                            ),
                        ),
                        name="ck_alarm_k",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["BOTH", "BUY", "SELL"])), name="ck_alarm_side"
                    ),
                    models.CheckConstraint(condition=models.Q(("cooldown__lte", 20)), name="ck_alarm_cooldown"),
                    models.CheckConstraint(
                        condition=models.Q(("hysteresis__in", (0, 10, 25, 50))), name="ck_alarm_hysteresis"
                    ),
                    models.CheckConstraint(condition=models.Q(("current_price__gt", 0)), name="ck_alarm_price"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignalFanout",
            fields=[
                (
                    "name",
                    models.CharField(db_collation="utf8mb4_bin", max_length=20, primary_key=True, serialize=False),
                ),
                ("signal_seq", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("upto_seq", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("account_db_key", models.PositiveBigIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "table_signal_fanout",
            },
        ),
        migrations.CreateModel(
            name="SignalHistory",
            fields=[
                ("signal_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("market_signal_id", shards.fields.PublicIdField()),
                ("alarm_id", shards.fields.PublicIdField()),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("source", models.CharField(db_collation="utf8mb4_bin", max_length=30)),
                ("symbol", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("band_window", models.PositiveSmallIntegerField()),
                ("band_k", models.DecimalField(decimal_places=3, max_digits=6)),
                ("session", models.DateField()),
                ("signal_type", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("signal_price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("volume", models.PositiveBigIntegerField()),
                ("triggered_at", models.DateTimeField()),
                ("confidence", models.DecimalField(decimal_places=5, max_digits=6, null=True)),
                (
                    "model_version",
                    models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=50),
                ),
                ("price_after_1d", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                ("profit_rate", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("is_win", models.BooleanField(null=True)),
                ("evaluated_at", models.DateTimeField(null=True)),
                ("horizon", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("price_after_3d", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                ("profit_rate_3d", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("price_after_5d", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                ("profit_rate_5d", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("best_rate", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("worst_rate", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("revision", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "signal",
                "db_table": "table_signal_history",
                "indexes": [
                    models.Index(fields=["horizon", "symbol", "session", "account_db_key"], name="ix_history_horizon"),
                    models.Index(fields=["account_db_key", "session", "signal_id"], name="ix_history_list"),
                    models.Index(fields=["market_signal_id", "account_db_key"], name="ix_history_market_signal"),
                    models.Index(
                        fields=["evaluated_at", "symbol", "session", "account_db_key"], name="ix_history_pending"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alarm_id", "session", "signal_type", "source"), name="uq_history_alarm_session_side"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("evaluated_at", None), ("horizon", 0)),
                            models.Q(("evaluated_at__isnull", False), ("horizon", 1), ("profit_rate_3d", None)),
                            models.Q(("horizon", 3), ("profit_rate_3d__isnull", False), ("profit_rate_5d", None)),
                            models.Q(
                                ("horizon", 5), ("profit_rate_3d__isnull", False), ("profit_rate_5d__isnull", False)
                            ),
                            models.Q(
                                ("evaluated_at", None),
                                ("horizon", 9),
                                ("profit_rate_3d", None),
                                ("profit_rate_5d", None),
                            ),
                            _connector="OR",
                        ),
                        name="ck_history_horizon",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("horizon", 9), ("withdrawn_at__isnull", False)),
                            models.Q(("horizon__lt", 9), ("withdrawn_at", None)),
                            _connector="OR",
                        ),
                        name="ck_history_withdrawn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signal_type__in", ["BUY", "SELL"])), name="ck_history_type"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("evaluated_at", None),
                                ("is_win", None),
                                ("price_after_1d", None),
                                ("profit_rate", None),
                            ),
                            models.Q(
                                ("evaluated_at__isnull", False),
                                ("is_win__isnull", False),
                                ("price_after_1d__isnull", False),
                                ("profit_rate__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="ck_history_judged",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignalRevision",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("signal_id", shards.fields.PublicIdField()),
                ("revision", models.PositiveSmallIntegerField()),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("horizon", models.PositiveSmallIntegerField()),
                ("signal_price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("price_after_1d", models.DecimalField(decimal_places=6, max_digits=19)),
                ("profit_rate", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("is_win", models.BooleanField()),
                ("evaluated_at", models.DateTimeField()),
                ("price_after_3d", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                ("profit_rate_3d", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("price_after_5d", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                ("profit_rate_5d", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("best_rate", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("worst_rate", models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "replaced judgement",
                "db_table": "table_signal_revisions",
                "indexes": [models.Index(fields=["account_db_key", "idx"], name="ix_signal_revision_account")],
                "constraints": [models.UniqueConstraint(fields=("signal_id", "revision"), name="uq_signal_revision")],
            },
        ),
        migrations.CreateModel(
            name="KalmanHistory",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("ticker", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("timestamp", models.DateTimeField()),
                ("state_vector_x", models.JSONField()),
                ("covariance_matrix_p", models.JSONField()),
                ("step_count", models.PositiveIntegerField()),
                ("trading_signal", models.CharField(db_collation="utf8mb4_bin", max_length=20)),
                ("market_data", models.JSONField()),
                ("performance_metrics", models.JSONField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "Kalman step",
                "db_table": "table_kalman_history",
                "indexes": [
                    models.Index(fields=["ticker", "account_db_key", "timestamp", "step_count"], name="ix_kalman_time")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ticker", "account_db_key", "step_count"), name="uq_kalman_step"),
                    models.CheckConstraint(
                        condition=models.Q(("trading_signal__in", ["Long", "Short", "Neutral"])),
                        name="ck_kalman_signal",
                    ),
                ],
            },
        ),
    ]
