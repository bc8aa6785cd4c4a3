"""Every setting, from the environment only; each variable is read once, here, and named in the README."""

import secrets
from os import environ
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, validate

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# ---- where things are kept
DATA_DIR: Path = env.path("PLNET_DATA_DIR", BASE_DIR / "data").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def kept_secret(path: Path) -> str:
    """The instance's own secret: made at the first start, readable by its owner alone, kept for ever."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


# ---- the site
SECRET_KEY: str = env.str("PLNET_SECRET_KEY", "") or kept_secret(DATA_DIR / "secret_key")
DEBUG: bool = env.bool("PLNET_DEBUG", False)
BASE_URL: str = env.str("PLNET_BASE_URL", "http://127.0.0.1:8000", validate=validate.URL(require_tld=False)).rstrip(
    "/"
)
ALLOWED_HOSTS: list[str] = [
    urlsplit(BASE_URL).hostname or "",
    *("127.0.0.1", "localhost", "[::1]"),
    *env.list("PLNET_ALLOWED_HOSTS", []),
]
SIGNUP: str = env.str("PLNET_SIGNUP", "closed", validate=validate.OneOf(["closed", "invitation", "open"]))
METRICS_TOKEN: str = env.str("PLNET_METRICS_TOKEN", "")  # lets a Prometheus elsewhere read /metrics
LOG_LEVEL: str = env.str("PLNET_LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))

# ---- who is believed, and what a browser may do (plnet/middleware.py adds the content security policy)
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_COOKIE_HTTPONLY = True  # htmx sends the token that stands in the page
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "plnet_session"
SESSION_COOKIE_AGE = 180 * 86400
SECURE_HSTS_SECONDS = 30 * 86400 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None  # plnet itself speaks only http
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("PLNET_PROXIES", int(HTTPS))  # whose X-Forwarded-For is believed
# Nothing is told to other sites. Not "no-referrer": with it browsers send "Origin: null" with our own forms.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a roster of thousands, all ticked

# ---- manners and safety towards the outside world (docs/polling.md)
ALLOW_PRIVATE_ADDRESSES: bool = env.bool("PLNET_ALLOW_PRIVATE_ADDRESSES", False)
EXTRA_PORTS: list[int] = env.list("PLNET_EXTRA_PORTS", [], subcast=int)
HOST_DELAY: float = env.float("PLNET_HOST_DELAY", 1.0)  # seconds between two requests to one host
MAX_FEED_BYTES: int = env.int("PLNET_MAX_FEED_BYTES", 10 * 2**20)  # after decompression
FETCH_SECONDS: float = env.float("PLNET_FETCH_SECONDS", 30.0)  # for one fetch in all, redirects included
FETCHES_AT_ONCE: int = env.int("PLNET_FETCHES_AT_ONCE", 64)
KEEP_DAYS: int = env.int("PLNET_KEEP_DAYS", 0)  # entries older than this may expire; 0 keeps all
PARSER_CHILDREN: int = env.int("PLNET_PARSER_CHILDREN", 2)
IMAGE_PROXY: bool = env.bool("PLNET_IMAGE_PROXY", False)  # pictures come through this instance (docs/pictures.md)
IMAGE_MEGABYTES: int = env.int("PLNET_IMAGE_MEGABYTES", 500)  # on the disk, for pictures that came so
WORKER_NICE: int = env.int("PLNET_WORKER_NICE", 10)  # somebody waits for a page, nobody for a poll

# ---- rooms
INSTALLED_APPS = [
    "plnet",
    "tending",
    "reading",
    "network",
    "aggregator",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "plnet.middleware.Policies",
    "plnet.middleware.Bounds",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "plnet.middleware.Packed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "plnet.middleware.AsTheMemberLikes",
    "plnet.offline.Whose",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "network.accounts.FirstVisit",
]
ROOT_URLCONF = "plnet.urls"
WSGI_APPLICATION = "plnet.wsgi.application"
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
    },
]

# ---- the database: SQLite in the data directory, or DATABASE_URL
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.dj_db_url(
        "DATABASE_URL", f"sqlite:///{DATA_DIR / 'plnet.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
DATABASE_SECONDS: int = env.int("PLNET_DATABASE_SECONDS", 60)  # PostgreSQL ends a longer statement; 0 never
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-16000;",
    }
else:
    # jit costs our short statements more than it gives. A list of entries names ten tables: with the usual limit of
    # eight they are joined as written, and the whole table of entries is read for thirty of them.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 10,
        "options": f"-c statement_timeout={DATABASE_SECONDS}s -c lock_timeout=20s"
        " -c idle_in_transaction_session_timeout=120s -c jit=off"
        " -c from_collapse_limit=11 -c join_collapse_limit=11",
    }

# ---- the broker and the cache: in the data directory and in memory, or REDIS_URL
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "sessions": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "sessions",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    "here": {  # what a process may forget, and another need not know
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "here",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
REDIS_URL: str = env.str("REDIS_URL", "")
BROKER_DIR = DATA_DIR / "broker"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    CACHES["sessions"] = CACHES["default"] | {"KEY_PREFIX": "session"}
else:
    (BROKER_DIR / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT = "plnet.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
    }

# What sessions say is remembered, one query less a page; not where several web processes share no memory, since
# who logs out at one of them is out at all.
SESSION_CACHE_ALIAS = "sessions"
SESSION_ENGINE = "django.contrib.sessions.backends." + (
    "cached_db" if REDIS_URL or environ.get("SUPERVISED_BY_PLNET") else "db"
)

# ---- the workers: a message is a hint; one that is lost with its worker is not sent again
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = 1
CELERY_TASK_TIME_LIMIT = 180  # whoever is longer at it hangs: the child is killed and replaced
CELERY_WORKER_LOST_WAIT = 2  # seconds until a child that is gone is believed to be
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kB; a child that has grown beyond is replaced after its task
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # /healthz and /metrics say what there is to say
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that went away is waited for
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")

# ---- what is said while running: plain lines on stderr; "plnet.poll" says one a poll
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:.1} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "plnet": {"level": LOG_LEVEL},
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}

# ---- mail: EMAIL_URL, or files one can look at
EMAIL_URL: str = env.str("EMAIL_URL", "")
if EMAIL_URL:
    vars().update(env.dj_email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL: str = env.str("PLNET_MAIL_FROM", f"plnet@{urlsplit(BASE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CONTACT: str = env.str("PLNET_CONTACT", "")  # a mail address, shown to publishers on /about

# ---- people
AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "network.accounts.Accounts"
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"  # most instances cannot send mail
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"put_by": "20/h/ip"}  # beside allauth's own: texts that wait for a login (network/drafts.py)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# ---- words and times
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]  # each in its own words; docs/languages.md
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]

# ---- static files: collected by `manage.py up` under names that change with their content
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "plnet.storage.Storage"
    },
}

# ---- every PLNET_ variable that is read above; plnet/checks.py asks about others
KNOWN_VARIABLES = frozenset(env.dump())
