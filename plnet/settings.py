"""Every setting, from the environment only; each variable is read once, here, and named in the README."""

import secrets
from pathlib import Path
from typing import Any

from environs import Env

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
BASE_URL: str = env.str("PLNET_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("PLNET_ALLOWED_HOSTS", ["*"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SIGNUP: str = env.str("PLNET_SIGNUP", "closed", validate=lambda v: v in ("closed", "invitation", "open"))

# ---- manners and safety towards the outside world (docs/polling.md)
ALLOW_PRIVATE_ADDRESSES: bool = env.bool("PLNET_ALLOW_PRIVATE_ADDRESSES", False)
EXTRA_PORTS: list[int] = env.list("PLNET_EXTRA_PORTS", [], subcast=int)
HOST_DELAY: float = env.float("PLNET_HOST_DELAY", 1.0)  # seconds between two requests to one host
MAX_FEED_BYTES: int = env.int("PLNET_MAX_FEED_BYTES", 10 * 2**20)  # after decompression
FETCH_SECONDS: float = env.float("PLNET_FETCH_SECONDS", 30.0)  # for one fetch in all, redirects included
FETCHES_AT_ONCE: int = env.int("PLNET_FETCHES_AT_ONCE", 64)
KEEP_DAYS: int = env.int("PLNET_KEEP_DAYS", 0)  # entries older than this may expire; 0 keeps all
PARSER_CHILDREN: int = env.int("PLNET_PARSER_CHILDREN", 2)

# ---- rooms
INSTALLED_APPS = [
    "plnet",
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
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'plnet.sqlite3'}", conn_max_age=600)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-16000;PRAGMA mmap_size=134217728;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {"options": "-c statement_timeout=60s -c lock_timeout=20s"}

# ---- the broker: files in the data directory, or REDIS_URL
REDIS_URL: str = env.str("REDIS_URL", "")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    BROKER_DIR = DATA_DIR / "broker"
    (BROKER_DIR / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# ---- people
AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# ---- words and times
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]

# ---- static files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
