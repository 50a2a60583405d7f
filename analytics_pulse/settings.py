"""Settings, in the order of the README's configuration table. Development needs none of the variables."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from analytics_pulse import embedded, env, service_urls

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

# --- Where things are -------------------------------------------------------------------------------------------------
PORT = env.integer("PORT", 8000, at_least=1)
HOST = env.text("HOST", "127.0.0.1")  # 0.0.0.0 in a container
DATA_DIR = env.path("DATA_DIR", BASE_DIR / ".data")
DEMO = env.boolean("DEMO", True)
EMBEDDED_POSTGRES = env.raw("DATABASE_URL") is None
DATABASE_URL = env.text("DATABASE_URL", embedded.database_url(DATA_DIR))
EMBEDDED_REDIS = env.raw("REDIS_URL") is None
REDIS_URL = env.text("REDIS_URL", embedded.redis_url(DATA_DIR))
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", service_urls.broker(REDIS_URL))

# --- Secrets and the public face --------------------------------------------------------------------------------------
PRODUCTION = env.boolean("PRODUCTION", False)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
if PRODUCTION:
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "EMAIL_URL") if env.raw(name) is None]
    if missing:
        raise ImproperlyConfigured(f"in production these must be set (or NAME_FILE): {', '.join(missing)}")
DEBUG = not PRODUCTION and env.boolean("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "development-only-" + "not-a-secret-" * 4)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
for name, value in service_urls.email(env.text("EMAIL_URL", f"file://{DATA_DIR}/mail")).items():
    globals()[name] = value
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Analytics Pulse <hello@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Data -------------------------------------------------------------------------------------------------------------
GEOIP_PATH = env.optional("GEOIP_PATH")
GEOIP_COUNTRY_HEADER = env.optional("GEOIP_COUNTRY_HEADER")  # e.g. CF-IPCountry, set by a CDN in front
RETENTION_MONTHS = env.integer("RETENTION_MONTHS", 12, at_least=1)
EXPORTS_DIR = env.path("EXPORTS_DIR", DATA_DIR / "exports")

# --- Processes --------------------------------------------------------------------------------------------------------
WEB_WORKERS = env.integer("WEB_WORKERS", 1, at_least=1)
WORKER_CONCURRENCY = env.integer("WORKER_CONCURRENCY", 2, at_least=1)

# --- Limits -----------------------------------------------------------------------------------------------------------
TRACK_RATE_LIMIT_PER_HOUR = env.integer("TRACK_RATE_LIMIT_PER_HOUR", 10_000, at_least=0)  # a key; 0 = none
STATS_RATE_LIMIT_PER_HOUR = env.integer("STATS_RATE_LIMIT_PER_HOUR", 6_000, at_least=0)  # who asks; 0 = none
QUERY_TIMEOUT_S = env.integer("QUERY_TIMEOUT_S", 15, at_least=1)  # of one statement that reads events
PRIVATE_NETWORKS = "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", PRIVATE_NETWORKS)
SPOOL_DIR = DATA_DIR / "spool"
SPOOL_MAX_BYTES = env.integer("SPOOL_MAX_BYTES", 1 << 30, at_least=1)
JOURNAL_MAX_BYTES = env.integer("JOURNAL_MAX_BYTES", 1 << 30, at_least=1)  # of memory of Redis

# --- Django -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "psql_partition",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "projects",
    "tracking",
    "goals",
    "reports",
    "analytics_pulse",
]
MIDDLEWARE = [
    "analytics_pulse.request_id.middleware",
    "analytics_pulse.health.middleware",
    "django.middleware.security.SecurityMiddleware",
    "tracking.shortcut.middleware",
    "analytics_pulse.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "analytics_pulse.content_security.middleware",
    "analytics_pulse.way_back.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "analytics_pulse.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "analytics_pulse.private_pages.middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "analytics_pulse.error_pages.middleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "analytics_pulse.urls"
WSGI_APPLICATION = "analytics_pulse.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DATABASES = {"default": service_urls.database(DATABASE_URL) | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
POSTGRES_EXTRA_AUTO_EXTENSION_SET_UP = False  # hstore is not used, and not every server has it
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ap:cache",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 2, "SOCKET_TIMEOUT": 2, "IGNORE_EXCEPTIONS": True},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"  # of what is said to nobody in particular, and to who reads none of the others
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static" if not PRODUCTION else env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "analytics_pulse.static_files.HashedStaticFiles"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG

# --- Logs -------------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = "analytics_pulse.logs.configure"
LOGGING = {"json": env.boolean("LOG_JSON", PRODUCTION), "level": env.text("LOG_LEVEL", "INFO").upper()}

METRICS_TOKEN = env.optional("METRICS_TOKEN")  # for GET /metrics; without it, only this machine may read them

# --- Security ---------------------------------------------------------------------------------------------------------
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = PRODUCTION and HTTPS and env.boolean("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION and HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "analytics_pulse.error_pages.form_expired"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# --- Accounts ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "projects.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"  # a new user works at once; a banner asks to confirm
ACCOUNT_ADAPTER = "projects.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "projects.forms.login.LoginForm",
    "signup": "projects.forms.login.SignupForm",
    "add_email": "projects.forms.login.AddEmailForm",
    "change_password": "projects.forms.login.ChangePasswordForm",
    "set_password": "projects.forms.login.SetPasswordForm",
    "reset_password": "projects.forms.login.ResetPasswordForm",
    "reset_password_from_key": "projects.forms.login.ResetPasswordKeyForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_CHANGE_EMAIL = True  # one address; the new one replaces the old when it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of changes to passwords and second factors
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_TOTP_ISSUER = "Analytics Pulse"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "projects:index"

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "analytics_pulse.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["projects.api.json_parser.JsonParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "projects.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Analytics Pulse",
    "DESCRIPTION": "Send events, ask questions about them, manage projects and keys. "
    "Errors are RFC 9457 problem details with a stable `code`.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "SegmentKind": "reports.models.segments.Kind",
        "ExportKind": "reports.models.exports.ExportKind",
        "CampaignBy": "reports.campaigns.choices.BY",
        "FunnelBy": "goals.models.funnels.By",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "analytics_pulse.openapi.errors_are_problems",
    ],
}

# --- Celery -----------------------------------------------------------------------------------------------------------
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ROUTES = {"tracking.tasks.process_messages": {"queue": "ingest"}}
CELERY_TASK_TIME_LIMIT = 25
CELERY_TASK_SOFT_TIME_LIMIT = 20
CELERY_WORKER_PREFETCH_MULTIPLIER = 2
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A message whose worker died comes back after this long; it must stay above CELERY_TASK_TIME_LIMIT.
    "visibility_timeout": 30,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 10,
    "global_keyprefix": "ap:celery:",
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
