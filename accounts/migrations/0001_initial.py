import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shards.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("account_db_key", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "platform_type",
                    models.PositiveSmallIntegerField(choices=[(1, "Web"), (2, "Mobile")], db_default=1, default=1),
                ),
                ("account_id", models.CharField(max_length=100)),
                ("password", models.CharField(db_collation="utf8mb4_bin", db_column="password_hash", max_length=255)),
                ("nickname", models.CharField(max_length=50)),
                ("email", models.CharField(max_length=254)),
                ("email_verified", models.BooleanField(db_default=False, default=False)),
                ("phone_number", models.CharField(blank=True, db_collation="utf8mb4_bin", max_length=16, null=True)),
                ("phone_verified", models.BooleanField(db_default=False, default=False)),
                ("birth_date", models.DateField(blank=True, null=True)),
                (
                    "gender",
                    models.CharField(
                        blank=True,
                        choices=[("M", "Male"), ("F", "Female"), ("OTHER", "Other")],
                        db_collation="utf8mb4_bin",
                        max_length=5,
                        null=True,
                    ),
                ),
                (
                    "account_status",
                    models.CharField(
                        choices=[
                            ("Normal", "Normal"),
                            ("Blocked", "Blocked"),
                            ("Suspended", "Suspended"),
                            ("Withdrawn", "Withdrawn"),
                        ],
                        db_collation="utf8mb4_bin",
                        db_default="Normal",
                        default="Normal",
                        max_length=15,
                    ),
                ),
                ("block_endtime", models.DateTimeField(blank=True, null=True)),
                (
                    "account_level",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "None"), (1, "User"), (2, "Operator"), (3, "Developer"), (4, "Administrator")],
                        db_default=1,
                        default=1,
                    ),
                ),
                ("login_count", models.PositiveIntegerField(db_default=0, default=0)),
                ("last_login", models.DateTimeField(blank=True, db_column="login_time", null=True)),
                ("logout_time", models.DateTimeField(blank=True, null=True)),
                ("withdraw_time", models.DateTimeField(blank=True, null=True)),
                ("withdraw_cancel_count", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("create_time", models.DateTimeField(auto_now_add=True)),
                ("changed_by", models.PositiveBigIntegerField(editable=False, null=True)),
                ("change_reason", models.CharField(editable=False, max_length=200, null=True)),
            ],
            options={
                "verbose_name": "account",
                "db_table": "table_accountid",
                "indexes": [
                    models.Index(fields=["nickname"], name="ix_accountid_nickname"),
                    models.Index(fields=["phone_number"], name="ix_accountid_phone"),
                    models.Index(fields=["account_status", "withdraw_time"], name="ix_accountid_withdraw"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("platform_type", "account_id"), name="uq_accountid_platform_account"
                    ),
                    models.UniqueConstraint(fields=("platform_type", "email"), name="uq_accountid_platform_email"),
                    models.CheckConstraint(
                        condition=models.Q(("platform_type__in", [1, 2])), name="ck_accountid_platform"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("account_level__range", (0, 4))), name="ck_accountid_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("account_status__in", ["Normal", "Blocked", "Suspended", "Withdrawn"])),
                        name="ck_accountid_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gender__in", ["M", "F", "OTHER"])), name="ck_accountid_gender"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phone_verified", False), ("phone_number__isnull", False), _connector="OR"),
                        name="ck_accountid_phone_verified",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountAudit",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("account_status", "Status"),
                            ("account_level", "Level"),
                            ("email", "Email"),
                            ("sessions", "Sessions"),
                            ("reset_link", "Reset Link"),
                            ("second_factor", "Second Factor"),
                            ("throttle", "Throttle"),
                            ("plan", "Plan"),
                        ],
                        db_collation="utf8mb4_bin",
                        max_length=20,
                    ),
                ),
                ("old_value", models.CharField(blank=True, max_length=254)),
                ("new_value", models.CharField(blank=True, max_length=254)),
                ("changed_by", models.PositiveBigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "change of an account",
                "verbose_name_plural": "changes of accounts",
                "db_table": "table_account_audit",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "subject__in",
                                [
                                    "account_status",
                                    "account_level",
                                    "email",
                                    "sessions",
                                    "reset_link",
                                    "second_factor",
                                    "throttle",
                                    "plan",
                                ],
                            )
                        ),
                        name="ck_audit_subject",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountErasure",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="erasure",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("erased_at", models.DateTimeField()),
                ("erased_rows", models.JSONField()),
            ],
            options={
                "verbose_name": "erased account",
                "db_table": "table_account_erasures",
            },
        ),
        migrations.CreateModel(
            name="ApiKeys",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="api_keys",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "korea_investment_app_key",
                    models.CharField(db_collation="utf8mb4_bin", editable=False, max_length=500, null=True),
                ),
                (
                    "korea_investment_app_secret",
                    models.CharField(db_collation="utf8mb4_bin", editable=False, max_length=500, null=True),
                ),
                (
                    "alpha_vantage_key",
                    models.CharField(db_collation="utf8mb4_bin", editable=False, max_length=500, null=True),
                ),
                (
                    "polygon_key",
                    models.CharField(db_collation="utf8mb4_bin", editable=False, max_length=500, null=True),
                ),
                (
                    "finnhub_key",
                    models.CharField(db_collation="utf8mb4_bin", editable=False, max_length=500, null=True),
                ),
                ("korea_investment_quote_allowed", models.BooleanField(db_default=True, default=True)),
                ("korea_investment_trade_allowed", models.BooleanField(db_default=False, default=False)),
                ("alpha_vantage_quote_allowed", models.BooleanField(db_default=True, default=True)),
                ("polygon_quote_allowed", models.BooleanField(db_default=True, default=True)),
                ("finnhub_quote_allowed", models.BooleanField(db_default=True, default=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "API keys",
                "db_table": "table_user_api_keys",
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("device_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "device_type",
                    models.CharField(
                        choices=[("ios", "Ios"), ("android", "Android"), ("web", "Web")],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                ("device_name", models.CharField(db_default="", max_length=100)),
                ("push_token", models.CharField(db_collation="utf8mb4_bin", max_length=2000)),
                ("token_hash", shards.fields.FixedBinaryField(editable=False, length=32, unique=True)),
                ("created_at", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
            ],
            options={
                "db_table": "table_user_devices",
                "indexes": [models.Index(fields=["last_seen"], name="ix_device_last_seen")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("device_type__in", ["ios", "android", "web"])), name="ck_device_type"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                ("code_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("email", "Email"), ("phone", "Phone"), ("password", "Password")],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                ("target", models.CharField(max_length=254)),
                ("nonce", shards.fields.FixedBinaryField(editable=False, length=32)),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "table_one_time_codes",
                "indexes": [models.Index(fields=["expires_at"], name="ix_code_expires_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["email", "phone", "password"])), name="ck_code_purpose"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PasswordHistory",
            fields=[
                ("history_id", models.BigAutoField(db_column="id", primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="password_history",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("old_password_hash", models.CharField(db_collation="utf8mb4_bin", max_length=255)),
                ("new_password_hash", models.CharField(db_collation="utf8mb4_bin", max_length=255)),
                (
                    "change_reason",
                    models.CharField(
                        choices=[("USER_REQUESTED", "User Requested"), ("RESET", "Reset")], max_length=100
                    ),
                ),
                ("changed_by_ip", models.CharField(db_collation="utf8mb4_bin", max_length=45)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "change of a password",
                "verbose_name_plural": "changes of passwords",
                "db_table": "table_password_history",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("change_reason__in", ["USER_REQUESTED", "RESET"])),
                        name="ck_password_history_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentMethod",
            fields=[
                ("payment_method_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_methods",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("provider", models.CharField(db_collation="utf8mb4_bin", max_length=20)),
                ("provider_token", models.CharField(db_collation="utf8mb4_bin", max_length=255)),
                ("brand", models.CharField(max_length=30)),
                ("last_four", models.CharField(db_collation="utf8mb4_bin", max_length=4)),
                ("is_default", models.BooleanField(db_default=False, default=False)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "default_account",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(models.When(is_default=True, then=models.F("account")), default=None),
                        output_field=models.PositiveBigIntegerField(null=True),
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_payment_methods",
                "constraints": [
                    models.UniqueConstraint(fields=("default_account",), name="uq_payment_method_default"),
                    models.CheckConstraint(
                        condition=models.Q(("is_default", False), ("removed_at__isnull", True), _connector="OR"),
                        name="ck_payment_method_default",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "payment_plan",
                    models.CharField(
                        choices=[
                            ("FREE", "Free"),
                            ("BASIC", "Basic"),
                            ("PREMIUM", "Premium"),
                            ("ENTERPRISE", "Enterprise"),
                        ],
                        db_collation="utf8mb4_bin",
                        max_length=15,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("plan_name", models.CharField(max_length=50)),
                ("monthly_price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("yearly_price", models.DecimalField(decimal_places=6, max_digits=19)),
                (
                    "currency",
                    models.CharField(db_collation="utf8mb4_bin", db_default="KRW", default="KRW", max_length=3),
                ),
                ("alarms", models.PositiveIntegerField()),
                ("chat_tokens_per_day", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "table_plans",
                "ordering": ["monthly_price"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("payment_plan__in", ["FREE", "BASIC", "PREMIUM", "ENTERPRISE"])),
                        name="ck_plan_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("monthly_price__gte", 0), ("yearly_price__gte", 0)), name="ck_plan_price"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("payment_id", shards.fields.PublicIdField(db_column="id", primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment_plan",
                    models.ForeignKey(
                        db_column="payment_plan",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.plan",
                    ),
                ),
                ("plan_name", models.CharField(max_length=50)),
                ("plan_price", models.DecimalField(decimal_places=6, max_digits=19)),
                ("currency", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                (
                    "billing_cycle",
                    models.CharField(
                        choices=[("MONTHLY", "Monthly"), ("YEARLY", "Yearly")],
                        db_collation="utf8mb4_bin",
                        db_default="MONTHLY",
                        default="MONTHLY",
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("access_until", models.DateTimeField(null=True)),
                ("periods", models.PositiveIntegerField(db_default=0, default=0)),
                ("first_charge", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                (
                    "payment_method",
                    models.ForeignKey(
                        db_column="payment_method",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.paymentmethod",
                    ),
                ),
                ("auto_renewal", models.BooleanField(db_default=False, default=False)),
                (
                    "payment_status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("ACTIVE", "Active"),
                            ("PAST_DUE", "Past Due"),
                            ("CANCELLED", "Cancelled"),
                            ("EXPIRED", "Expired"),
                        ],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                (
                    "live_account",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(payment_status__in=["ACTIVE", "PAST_DUE"], then=models.F("account")),
                            default=None,
                        ),
                        output_field=models.PositiveBigIntegerField(null=True),
                    ),
                ),
                (
                    "pending_account",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(payment_status="PENDING", then=models.F("account")), default=None
                        ),
                        output_field=models.PositiveBigIntegerField(null=True),
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "plan of an account",
                "verbose_name_plural": "plans of accounts",
                "db_table": "table_user_payments",
                "indexes": [models.Index(fields=["payment_status", "expires_at"], name="ix_payment_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("live_account",), name="uq_payment_live"),
                    models.UniqueConstraint(fields=("pending_account",), name="uq_payment_pending"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payment_status__in", ["PENDING", "ACTIVE", "PAST_DUE", "CANCELLED", "EXPIRED"])
                        ),
                        name="ck_payment_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("billing_cycle__in", ["MONTHLY", "YEARLY"])), name="ck_payment_cycle"
                    ),
                    models.CheckConstraint(condition=models.Q(("plan_price__gte", 0)), name="ck_payment_price"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("access_until__isnull", True), ("expires_at__isnull", True)),
                            models.Q(
                                ("access_until__gte", models.F("expires_at")), ("expires_at__gt", models.F("starts_at"))
                            ),
                            _connector="OR",
                        ),
                        name="ck_payment_access",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentCharge",
            fields=[
                ("charge_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="accounts.payment"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("FIRST", "First"), ("RENEWAL", "Renewal")], db_collation="utf8mb4_bin", max_length=10
                    ),
                ),
                ("period", models.PositiveIntegerField()),
                ("amount", models.DecimalField(decimal_places=6, max_digits=19)),
                ("currency", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                (
                    "charge_status",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("FAILED", "Failed"),
                            ("SUCCEEDED", "Succeeded"),
                            ("REFUNDED", "Refunded"),
                        ],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                ("provider", models.CharField(db_collation="utf8mb4_bin", max_length=20)),
                (
                    "provider_reference",
                    models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=100),
                ),
                (
                    "failure_code",
                    models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=50),
                ),
                (
                    "pending_payment",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(charge_status="PENDING", then=models.F("payment")), default=None
                        ),
                        output_field=shards.fields.PublicIdField(null=True),
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "charge",
                "db_table": "table_payment_charges",
                "indexes": [models.Index(fields=["account", "charge_id"], name="ix_charge_account")],
                "constraints": [
                    models.UniqueConstraint(fields=("pending_payment",), name="uq_charge_pending"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["FIRST", "RENEWAL"])), name="ck_charge_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("charge_status__in", ["PENDING", "FAILED", "SUCCEEDED", "REFUNDED"])),
                        name="ck_charge_status",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="ck_charge_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentWebhook",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "provider", "event_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider", models.CharField(db_collation="utf8mb4_bin", max_length=20)),
                ("event_id", models.CharField(db_collation="utf8mb4_bin", max_length=100)),
                ("event_type", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("charge_id", shards.fields.PublicIdField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_payment_webhooks",
            },
        ),
        migrations.CreateModel(
            name="LocalCharge",
            fields=[
                ("charge_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("reference", models.CharField(db_collation="utf8mb4_bin", max_length=40, unique=True)),
                ("provider_token", models.CharField(db_collation="utf8mb4_bin", max_length=255)),
                ("amount", models.DecimalField(decimal_places=6, max_digits=19)),
                ("currency", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                ("charge_status", models.CharField(db_collation="utf8mb4_bin", max_length=10)),
                ("told_status", models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=10)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_local_provider_charges",
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="profile",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "investment_experience",
                    models.CharField(
                        choices=[("BEGINNER", "Beginner"), ("INTERMEDIATE", "Intermediate"), ("EXPERT", "Expert")],
                        db_collation="utf8mb4_bin",
                        db_default="BEGINNER",
                        max_length=15,
                    ),
                ),
                (
                    "risk_tolerance",
                    models.CharField(
                        choices=[
                            ("CONSERVATIVE", "Conservative"),
                            ("MODERATE", "Moderate"),
                            ("AGGRESSIVE", "Aggressive"),
                        ],
                        db_collation="utf8mb4_bin",
                        db_default="MODERATE",
                        max_length=15,
                    ),
                ),
                (
                    "investment_goal",
                    models.CharField(
                        choices=[("GROWTH", "Growth"), ("INCOME", "Income"), ("PRESERVATION", "Preservation")],
                        db_collation="utf8mb4_bin",
                        db_default="GROWTH",
                        max_length=15,
                    ),
                ),
                ("monthly_budget", models.DecimalField(db_default=0, decimal_places=6, max_digits=19)),
                ("profile_completed", models.BooleanField(db_default=False)),
                ("country", models.CharField(db_collation="utf8mb4_bin", db_default="KOR", max_length=3)),
                ("timezone", models.CharField(db_collation="utf8mb4_bin", db_default="Asia/Seoul", max_length=50)),
                (
                    "language",
                    models.CharField(
                        choices=[("ko", "Korean"), ("en", "English")],
                        db_collation="utf8mb4_bin",
                        db_default="ko",
                        max_length=2,
                    ),
                ),
                ("currency", models.CharField(db_collation="utf8mb4_bin", db_default="KRW", max_length=3)),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "System"), ("light", "Light"), ("dark", "Dark")],
                        db_collation="utf8mb4_bin",
                        db_default="system",
                        max_length=6,
                    ),
                ),
                ("email_notifications_enabled", models.BooleanField(db_default=True, default=True)),
                ("sms_notifications_enabled", models.BooleanField(db_default=False, default=False)),
                ("push_notifications_enabled", models.BooleanField(db_default=True, default=True)),
                ("price_alert_enabled", models.BooleanField(db_default=True, default=True)),
                ("news_alert_enabled", models.BooleanField(db_default=True, default=True)),
                ("portfolio_alert_enabled", models.BooleanField(db_default=False, default=False)),
                ("trade_alert_enabled", models.BooleanField(db_default=True, default=True)),
                ("notification_version", models.PositiveBigIntegerField(db_default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_user_profiles",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("investment_experience__in", ["BEGINNER", "INTERMEDIATE", "EXPERT"])),
                        name="ck_profile_experience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("risk_tolerance__in", ["CONSERVATIVE", "MODERATE", "AGGRESSIVE"])),
                        name="ck_profile_risk",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("investment_goal__in", ["GROWTH", "INCOME", "PRESERVATION"])),
                        name="ck_profile_goal",
                    ),
                    models.CheckConstraint(condition=models.Q(("monthly_budget__gte", 0)), name="ck_profile_budget"),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["ko", "en"])), name="ck_profile_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["system", "light", "dark"])), name="ck_profile_theme"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProfileImage",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="profile_image",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("content", models.BinaryField()),
                ("content_hash", shards.fields.FixedBinaryField(editable=False, length=32)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "db_table": "table_user_profile_images",
            },
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="second_factor",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", models.CharField(db_collation="utf8mb4_bin", max_length=255)),
                ("last_step", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "table_second_factors",
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("recovery_id", models.BigAutoField(db_column="id", primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("code_hash", shards.fields.FixedBinaryField(editable=False, length=32)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "table_recovery_codes",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "code_hash"), name="uq_recovery_account_code")
                ],
            },
        ),
        migrations.CreateModel(
            name="UserSession",
            fields=[
                ("session_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_column="account_db_key",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("token_hash", shards.fields.FixedBinaryField(editable=False, length=32, unique=True)),
                ("address", models.CharField(db_collation="utf8mb4_bin", max_length=45)),
                ("created_at", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("is_buried", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "verbose_name": "session",
                "db_table": "table_user_sessions",
                "indexes": [
                    models.Index(fields=["account", "address"], name="ix_session_account_address"),
                    models.Index(fields=["expires_at"], name="ix_session_expires_at"),
                    models.Index(fields=["is_buried", "ended_at"], name="ix_session_unburied"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserAccount",
            fields=[
                ("account_db_key", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("account_number", models.CharField(db_collation="utf8mb4_bin", max_length=24, unique=True)),
                ("balance", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("reserved", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                (
                    "account_type",
                    models.CharField(
                        choices=[("checking", "Checking"), ("savings", "Savings"), ("investment", "Investment")],
                        db_collation="utf8mb4_bin",
                        max_length=20,
                    ),
                ),
                (
                    "account_status",
                    models.CharField(
                        choices=[("active", "Active"), ("suspended", "Suspended"), ("closed", "Closed")],
                        db_collation="utf8mb4_bin",
                        db_default="active",
                        default="active",
                        max_length=20,
                    ),
                ),
                ("currency_code", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                ("broker", models.CharField(db_collation="utf8mb4_bin", max_length=20)),
                (
                    "broker_account",
                    models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=32),
                ),
                ("entry_no", models.PositiveBigIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "cash account",
                "db_table": "table_user_accounts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("balance__gte", 0), ("reserved__gte", 0), ("reserved__lte", models.F("balance"))
                        ),
                        name="ck_user_account_cash",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("account_type__in", ["checking", "savings", "investment"])),
                        name="ck_user_account_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("account_status__in", ["active", "suspended", "closed"])),
                        name="ck_user_account_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserPortfolio",
            fields=[
                ("portfolio_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("asset_code", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                (
                    "asset_type",
                    models.CharField(
                        choices=[
                            ("STOCK", "Stock"),
                            ("ETF", "Etf"),
                            ("FUND", "Fund"),
                            ("CASH", "Cash"),
                            ("CRYPTO", "Crypto"),
                        ],
                        db_collation="utf8mb4_bin",
                        db_default="STOCK",
                        default="STOCK",
                        max_length=10,
                    ),
                ),
                ("quantity", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("reserved_quantity", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("book_cost", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("average_cost", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("current_value", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("currency_code", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                ("last_updated", models.DateTimeField()),
            ],
            options={
                "verbose_name": "position",
                "db_table": "table_user_portfolios",
                "indexes": [models.Index(fields=["asset_code", "account_db_key"], name="ix_portfolio_asset")],
                "constraints": [
                    models.UniqueConstraint(fields=("account_db_key", "asset_code"), name="uq_portfolio_account_asset"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gte", 0),
                            ("reserved_quantity__gte", 0),
                            ("reserved_quantity__lte", models.F("quantity")),
                        ),
                        name="ck_portfolio_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("average_cost__gte", 0), ("book_cost__gte", 0), ("current_value__gte", 0)),
                        name="ck_portfolio_cost",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserLedger",
            fields=[
                ("idx", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("entry_no", models.PositiveBigIntegerField()),
                (
                    "entry_type",
                    models.CharField(
                        choices=[("OPENING", "Opening"), ("BUY", "Buy"), ("SELL", "Sell"), ("SPLIT", "Split")],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                ("session", models.DateField()),
                ("currency_code", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                ("cash_change", models.DecimalField(decimal_places=6, max_digits=19)),
                ("cash_after", models.DecimalField(decimal_places=6, max_digits=19)),
                ("asset_code", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                ("quantity_change", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("quantity_after", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("cost_change", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("cost_after", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("price", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                ("commission", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("realized_profit", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("order_id", shards.fields.PublicIdField(null=True)),
                ("broker_fill_id", models.CharField(db_collation="utf8mb4_bin", max_length=64, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "ledger",
                "db_table": "table_user_ledger",
                "indexes": [models.Index(fields=["account_db_key", "asset_code", "entry_no"], name="ix_ledger_asset")],
                "constraints": [
                    models.UniqueConstraint(fields=("account_db_key", "entry_no"), name="uq_ledger_account_entry"),
                    models.UniqueConstraint(fields=("order_id", "broker_fill_id"), name="uq_ledger_fill"),
                    models.CheckConstraint(
                        condition=models.Q(("cash_after__gte", 0), ("cost_after__gte", 0), ("quantity_after__gte", 0)),
                        name="ck_ledger_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("asset_code", ""),
                                ("cost_change", 0),
                                ("entry_no", 1),
                                ("entry_type", "OPENING"),
                                ("order_id__isnull", True),
                                ("quantity_change", 0),
                            ),
                            models.Q(
                                ("broker_fill_id__isnull", False),
                                ("cash_change__lte", 0),
                                ("cost_change__gte", 0),
                                ("entry_type", "BUY"),
                                ("order_id__isnull", False),
                                ("price__gt", 0),
                                ("quantity_change__gt", 0),
                            ),
                            models.Q(
                                ("broker_fill_id__isnull", False),
                                ("cash_change__gte", 0),
                                ("cost_change__lte", 0),
                                ("entry_type", "SELL"),
                                ("order_id__isnull", False),
                                ("price__gt", 0),
                                ("quantity_change__lt", 0),
                            ),
                            models.Q(
                                ("cash_change", 0),
                                ("commission", 0),
                                ("cost_change", 0),
                                ("entry_type", "SPLIT"),
                                ("order_id__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="ck_ledger_type",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserOrder",
            fields=[
                ("order_id", shards.fields.PublicIdField(primary_key=True, serialize=False)),
                ("account_db_key", models.PositiveBigIntegerField()),
                ("client_order_id", models.CharField(db_collation="utf8mb4_bin", max_length=64)),
                ("asset_code", models.CharField(db_collation="utf8mb4_bin", max_length=50)),
                (
                    "side",
                    models.CharField(
                        choices=[("BUY", "Buy"), ("SELL", "Sell")], db_collation="utf8mb4_bin", max_length=4
                    ),
                ),
                (
                    "order_type",
                    models.CharField(
                        choices=[("MARKET", "Market"), ("LIMIT", "Limit")], db_collation="utf8mb4_bin", max_length=10
                    ),
                ),
                (
                    "time_in_force",
                    models.CharField(
                        choices=[("DAY", "Day"), ("GTC", "Gtc")], db_collation="utf8mb4_bin", max_length=3
                    ),
                ),
                (
                    "order_source",
                    models.CharField(
                        choices=[("MANUAL", "Manual"), ("REBALANCE", "Rebalance")],
                        db_collation="utf8mb4_bin",
                        max_length=10,
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=19)),
                ("limit_price", models.DecimalField(decimal_places=6, max_digits=19, null=True)),
                ("price_cap", models.DecimalField(decimal_places=6, max_digits=19)),
                ("commission_rate", models.DecimalField(decimal_places=6, max_digits=10)),
                ("currency_code", models.CharField(db_collation="utf8mb4_bin", max_length=3)),
                ("since_session", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("reserved", "Reserved"),
                            ("placed", "Placed"),
                            ("partially_filled", "Partially Filled"),
                            ("filled", "Filled"),
                            ("cancelled", "Cancelled"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                        ],
                        db_collation="utf8mb4_bin",
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(db_default="", default="", max_length=200)),
                ("filled_quantity", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("filled_amount", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("commission", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("last_fill_session", models.DateField(null=True)),
                ("reserved_cash", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("reserved_quantity", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=19)),
                ("broker", models.CharField(db_collation="utf8mb4_bin", max_length=20)),
                (
                    "broker_order_id",
                    models.CharField(db_collation="utf8mb4_bin", db_default="", default="", max_length=64),
                ),
                ("broker_asked_at", models.DateTimeField(null=True)),
                ("cancel_requested_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "order",
                "db_table": "table_user_orders",
                "indexes": [
                    models.Index(fields=["account_db_key", "order_id"], name="ix_order_list"),
                    models.Index(fields=["state", "order_id"], name="ix_order_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account_db_key", "client_order_id"), name="uq_order_client_id"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("side__in", ["BUY", "SELL"]),
                            ("time_in_force__in", ["DAY", "GTC"]),
                            ("order_source__in", ["MANUAL", "REBALANCE"]),
                            models.Q(
                                models.Q(("limit_price__isnull", True), ("order_type", "MARKET")),
                                models.Q(("limit_price__gt", 0), ("order_type", "LIMIT")),
                                _connector="OR",
                            ),
                        ),
                        name="ck_order_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission_rate__gte", 0),
                            ("filled_quantity__gte", 0),
                            ("filled_quantity__lte", models.F("quantity")),
                            ("price_cap__gt", 0),
                            ("quantity__gt", 0),
                            ("reserved_cash__gte", 0),
                            ("reserved_quantity__gte", 0),
                        ),
                        name="ck_order_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("filled_quantity", 0),
                                ("state__in", ["reserved", "placed"]),
                            ),
                            models.Q(
                                ("ended_at__isnull", True), ("filled_quantity__gt", 0), ("state", "partially_filled")
                            ),
                            models.Q(
                                ("ended_at__isnull", True),
                                ("filled_quantity", 0),
                                ("reserved_cash", 0),
                                ("reserved_quantity", 0),
                                ("state", "accepted"),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("reserved_cash", 0),
                                ("reserved_quantity", 0),
                                ("state__in", ["filled", "cancelled", "rejected", "expired"]),
                            ),
                            _connector="OR",
                        ),
                        name="ck_order_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "filled"), _negated=True),
                            ("filled_quantity", models.F("quantity")),
                            _connector="OR",
                        ),
                        name="ck_order_filled",
                    ),
                ],
            },
        ),
    ]
