"""Settings, one file. Whatever differs between machines comes from the environment (`config/env.py`)."""

from base64 import b64encode
from hashlib import sha256

import structlog
from django.utils.translation import gettext_lazy

from config import databases
from config.env import APP_ENV, BASE_DIR, env, required

DEVELOPMENT = APP_ENV == "development"
PRODUCTION = APP_ENV == "production"

DEBUG = False  # pages never show tracebacks; /admin and the API answer with their own error pages
SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = required("ALLOWED_HOSTS").split(",") if PRODUCTION else ["127.0.0.1", "localhost", "testserver"]
LOCAL_SITE = f"http://127.0.0.1:{env.int('PORT', default=8000)}"
SITE_URL = env.str("SITE_URL", default=f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else LOCAL_SITE)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "unfold",  # the admin's theme: before django.contrib.admin
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_structlog",
    "shards",
    "accounts",
    "signals",
    "notifications",
    "tutorial",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.RequestLog",
    "config.middleware.CloseAfterUnreadBody",
    # The API carries its own token: these step aside for it (DESIGN section 10).
    "config.middleware.Sessions",
    "config.middleware.Locale",
    "config.middleware.Common",
    "config.middleware.Csrf",
    "config.middleware.Authentication",
    "config.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Databases -----------------------------------------------------------------------------------------------------------
DATABASES = databases.from_environment()
ENVIRONMENT_ALIASES = frozenset(DATABASES)  # DATABASES itself grows with the rows of table_shard_config
DATABASE_ROUTERS = ["shards.router.ScopeRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PLACEMENT = env.str("PLACEMENT", default="modulo")  # or least_loaded: where a new account goes
SHARD_CREDENTIALS = (env.str("SHARD_DATABASE_USER", default=""), env.str("SHARD_DATABASE_PASSWORD", default=""))
# table_shard_config is read again after so many seconds; 0 never, which is how tests run unless one asks.
SHARD_REREAD_SECONDS = 0 if APP_ENV == "test" else env.int("SHARD_REREAD_SECONDS", default=2)
# So many threads of one process may wait for one shard before it is refused; 0 sets no limit.
WEB_THREADS = env.int("WEB_THREADS", default=4)
SHARD_THREADS = WEB_THREADS // 2 if databases.PROGRAM == "web" else 0

# Redis: two servers, one that keeps (broker, streams, sessions) and one that evicts (caches) --------------------------
REDIS_URL = required("REDIS_URL")
# Where committed events go: empty for Redis Streams, or a URL that Kombu speaks, such as amqp://user:password@host//
OUTBOX_BROKER_URL = env.str("OUTBOX_BROKER_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": required("CACHE_URL"),
        "TIMEOUT": 300,
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1, "IGNORE_EXCEPTIONS": True},
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Celery --------------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # above the longest job
    "unacked_restore_interval": 5,  # a killed worker's jobs come back in seconds, not minutes
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: Redis may be away for a night
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # there are none; else beat schedules a job that cleans them up
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1

# Accounts ------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Account"
# id:key,id:key,... (accounts/keyring.py); elsewhere than in production one key that follows from SECRET_KEY
ENCRYPTION_KEYS = (
    required("ENCRYPTION_KEYS")
    if PRODUCTION
    else env.str(
        "ENCRYPTION_KEYS", default=f"local:{b64encode(sha256(f'keyring {SECRET_KEY}'.encode()).digest()).decode()}"
    )
)
AUTHENTICATION_BACKENDS = ["accounts.backends.OperatorBackend"]
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # account_id is unique per platform_type; the backend asks for both
    "security.W003",  # config.middleware.Csrf is Django's own, and steps aside for the API, which has no cookies
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",  # these two are the earlier platform's, for import_legacy
    "accounts.passwords.legacy.Argon2OfSha256",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["account_id", "nickname", "email"]},
    },
    {
        "NAME": "accounts.passwords.policy.ContextWordsValidator",
        "OPTIONS": {"words": ["finance", "financeplatform", "platform", "trading", "bollinger", "portfolio"]},
    },
]
RUN_DIR = env.str("RUN_DIR", default=str(BASE_DIR / "var" / "run"))
PASSWORD_WAIT_SECONDS = 1.0  # for one of as many places as this machine has cores; then 429
RESET_LINK_SECONDS = 30 * 60
CODE_SECONDS = 10 * 60
SECOND_STEP_SECONDS = 5 * 60  # from the right password to the right code
# Staff without a second factor may open the admin; in production they set one up through the API first.
STAFF_WITHOUT_SECOND_FACTOR = env.bool("STAFF_WITHOUT_SECOND_FACTOR", default=not PRODUCTION)
# The page that takes the token behind #: the site's own (accounts/passwords/page.py), unless an app has another one.
PASSWORD_RESET_URL = env.str("PASSWORD_RESET_URL", default=f"{SITE_URL}/reset-password")
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=14 * 24 * 3600)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=90 * 24 * 3600)
# smtp+tls://user:password@host:587 in production; elsewhere each e-mail is a file under var/mail.
MAIL = env.email_url_config(
    required("EMAIL_URL") if PRODUCTION else env.str("EMAIL_URL", default=f"filemail:///{BASE_DIR / 'var' / 'mail'}")
)
vars().update(MAIL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@localhost")
EMAIL_TIMEOUT = 10
SMS_SENDER = env.str("SMS_SENDER", default="" if PRODUCTION else "accounts.codes.sms.write_to_file")  # "": none
WITHDRAWAL_GRACE_SECONDS = env.int("WITHDRAWAL_GRACE_SECONDS", default=30 * 24 * 3600)  # in which an account may stay
# Who takes the money: name -> adapter, the first one for new payment methods (accounts/payments/provider.py)
PAYMENT_PROVIDERS = (
    dict(pair.split("=", 1) for pair in env.list("PAYMENT_PROVIDERS", default=[]))
    if PRODUCTION
    else {"local": "accounts.payments.local.LocalProvider"}
)
PAYMENT_GRACE_DAYS = env.int("PAYMENT_GRACE_DAYS", default=7)  # a plan stays usable so long while a renewal is refused
LOCAL_PROVIDER_URL = f"{SITE_URL}/api/v1/payments/webhooks/local"
LOCAL_PROVIDER_SECRET = sha256(f"local provider {SECRET_KEY}".encode()).hexdigest()  # signs its webhooks
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/admin/"

# Brokers -------------------------------------------------------------------------------------------------------------
# Korea Investment & Securities' REST API; empty: no account can have it as its broker.
KIS_URL = env.str("KIS_URL", default="")
KIS_IS_SIMULATION = env.bool("KIS_IS_SIMULATION", default=False)
KIS_CALLS_PER_SECOND = env.int("KIS_CALLS_PER_SECOND", default=2 if KIS_IS_SIMULATION else 15)  # of one app key

# Signals -------------------------------------------------------------------------------------------------------------
MARKET_DATA = env.str("MARKET_DATA", default="signals.market.sample.SampleMarket")
YAHOO_URL = env.str("YAHOO_URL", default="https://query1.finance.yahoo.com")
YAHOO_SYMBOLS = env.list("YAHOO_SYMBOLS", default=[])  # of signals.market.yahoo.YahooMarket
MODEL_SERVER_URL = env.str("MODEL_SERVER_URL", default="")  # asked for GET <url>/signals; empty: nobody is asked
MODEL_SERVER_TOKEN = env.str("MODEL_SERVER_TOKEN", default="")  # what it wants as a bearer token
INGEST_TOKEN_HASHES = env.list("INGEST_TOKEN_HASHES", default=[])  # SHA-256 of the tokens that may POST signals/ingest
MACRO_SYMBOL = env.str("MACRO_SYMBOL", default="")  # an index among the symbols, as the Kalman filters' macro series

# Notifications -------------------------------------------------------------------------------------------------------
# Seconds for which a read notification that the read list has shown can be asked again; 0: it has left with the answer.
NOTIFICATION_READ_GRACE = env.int("NOTIFICATION_READ_GRACE", default=30)
# Who carries messages, the preferred one first, with spaces between them (notifications/delivery/providers.py).
NOTIFICATION_EMAIL_PROVIDERS = env.str("NOTIFICATION_EMAIL_PROVIDERS", default="").split()
NOTIFICATION_SMS_PROVIDERS = env.str("NOTIFICATION_SMS_PROVIDERS", default="").split()
NOTIFICATION_PUSH_PROVIDERS = env.str("NOTIFICATION_PUSH_PROVIDERS", default="").split()
NOTIFICATION_MAIL_DOMAIN = env.str("NOTIFICATION_MAIL_DOMAIN", default="finance.invalid")  # in Message-IDs
NOTIFICATION_PROVIDER_SECONDS = env.float("NOTIFICATION_PROVIDER_SECONDS", default=10.0)  # to connect, and to answer
NOTIFICATION_SENDERS = env.int("NOTIFICATION_SENDERS", default=8)  # threads that wait for providers
NOTIFICATION_COALESCE_SECONDS = env.int(
    "NOTIFICATION_COALESCE_SECONDS", default=30
)  # a burst within them is one message
NOTIFICATION_DAILY_BUDGETS = {"email": 20, "sms": 5, "push": 50, "webhook": 1000}  # an account's; more is the digest's
NOTIFICATION_WEBHOOK_NETWORKS = env.list("NOTIFICATION_WEBHOOK_NETWORKS", default=[])  # our own that webhooks may reach

# Chat ----------------------------------------------------------------------------------------------------------------
CHAT_OPENAI_BASE_URL = env.str("CHAT_OPENAI_BASE_URL", default="")  # '': only the built-in persona can answer
CHAT_OPENAI_API_KEY = env.str("CHAT_OPENAI_API_KEY", default="")
CHAT_OPENAI_MODEL = env.str("CHAT_OPENAI_MODEL", default="gpt-4o-mini")  # of personas that name none
CHAT_OPENAI_TIMEOUT = env.float("CHAT_OPENAI_TIMEOUT", default=60.0)  # seconds without a byte

# API -----------------------------------------------------------------------------------------------------------------
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["config.json.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.json.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.json.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.handler",
    "UNAUTHENTICATED_USER": None,
}
# name -> so many in so many seconds, counted exactly (config/throttling.py). Tests have their own reasons to hurry.
THROTTLE_FACTOR = env.int("THROTTLE_FACTOR", default=1000 if APP_ENV == "test" else 1)
THROTTLES = {
    name: (count * THROTTLE_FACTOR, seconds)
    for name, count, seconds in (
        ("writes", 300, 60),  # each account
        ("chat_replies", 30, 60),
        ("public", 60, 60),  # each address, as all below
        ("signup", 20, 600),
        ("login", 60, 60),
        ("reset", 20, 3600),
        ("login_tries", 10, 900),  # each account from one address: wrong passwords
        ("login_strangers", 50, 900),  # each account from all addresses where it never logged in: wrong passwords
        ("password_tries", 10, 900),  # each account from one address: wrong present passwords
        ("codes", 5, 3600),  # each account and what it is to prove
        ("second_factor", 5, 300),  # each account from one address: wrong codes of the second step
        ("reset_link", 5, 3600),  # each e-mail address from one address
        ("webhooks", 600, 60),
    )
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Finance platform API",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Accounts, alarms, signals and notifications. Every error has one shape, the schema `Error`.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "SideEnum": "signals.models.market.SIDES",
        "AlarmSideEnum": "signals.serializers.alarms.ALARM_SIDES",
        "AlarmStateEnum": "signals.serializers.alarms.ALARM_STATES",
        "OrderStateEnum": "accounts.portfolio.models.UserOrder.State",
        "PlanEnum": "accounts.models.plan.Plan.Name",
        "LanguageEnum": "accounts.models.profile.Profile.Language",
        "TextLanguageEnum": "notifications.types.LANGUAGES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.add_errors",
    ],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
}

# Text, time, static files --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]  # the admin's; notifications have texts of their own
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static" if PRODUCTION else None  # collectstatic; elsewhere files are found in place
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Security ------------------------------------------------------------------------------------------------------------
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # nginx overwrites what a client sends
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"

# Logs: JSON lines in production, readable ones elsewhere; django-structlog binds request_id ---------------------------
LOG_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    # First of all, what no logger wants is dropped: a request's two lines that nginx writes anyway cost a tenth of it.
    processors=[
        structlog.stdlib.filter_by_level,
        *LOG_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer()
            if PRODUCTION
            else structlog.dev.ConsoleRenderer(colors=False),
            "foreign_pre_chain": LOG_PROCESSORS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # One line a request is enough, and nginx writes it.
    "loggers": {
        "django_structlog": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},  # its lines hold addresses with account numbers
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}

# The admin's theme ---------------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Finance platform",
    "SITE_HEADER": "Finance platform",
    "SITE_SYMBOL": "candlestick_chart",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/shards/favicon.svg"}],
    "SITE_SUBHEADER": gettext_lazy("All times are UTC"),
    "SHOW_LANGUAGES": True,
    "ENVIRONMENT": "config.middleware.environment_badge",
    "GLOBAL_CALLBACK": "shards.admin.picker.context",
    "DASHBOARD_CALLBACK": "shards.admin.overview.context",
    "COMMAND": {"search_callback": "accounts.admin.command_results"},  # Ctrl+K finds accounts, too
    "LOGIN": {"form": "accounts.second_factor.admin.LoginForm"},
    "SIDEBAR": {"navigation": "config.navigation.groups"},
}
FORMAT_MODULE_PATH = ["config.formats"]
