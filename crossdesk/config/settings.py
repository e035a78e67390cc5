"""All settings of the installation, read once. docs/settings.md explains each one that people may set."""

from pathlib import Path
from urllib.parse import urlsplit

from crossdesk.config import database, env

database.use_bundled_sqlite()

HOME = env.home()
PORT = env.integer("CROSSDESK_PORT", default=8000, least=1, most=65535)
URL = env.text("CROSSDESK_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
PRODUCTION = env.production()
DEBUG = env.flag("CROSSDESK_DEBUG", default=False)
SECRET_KEY = env.secret("CROSSDESK_SECRET_KEY", folder=HOME)
# Credentials of networks are sealed with these, the first seals, all open. Separate several with commas to rotate.
SEAL_KEYS = [key.strip() for key in env.secret("CROSSDESK_SEAL_KEY", folder=HOME).split(",") if key.strip()]
STREAMS = env.integer("CROSSDESK_STREAMS", default=50, least=0)
PULL_EVERY_SECONDS = env.integer("CROSSDESK_PULL_EVERY_SECONDS", default=20, least=1)
# Where Crossdesk may call although it is not on the open internet; everything else inside is refused.
ALLOWED_HOSTS_OUT = env.hosts("CROSSDESK_ALLOWED_HOSTS_OUT")
# The directory in which the Bluesky network finds accounts by their id.
PLC_DIRECTORY = env.address("CROSSDESK_PLC_DIRECTORY", default="https://plc.directory")
WEBHOOK_PER_MINUTE = env.integer("CROSSDESK_WEBHOOK_PER_MINUTE", default=600, least=1)
WORKER_THREADS = env.integer("CROSSDESK_WORKER_THREADS", default=3, least=1, most=64)
PAGE_THREADS = env.integer("CROSSDESK_PAGE_THREADS", default=8, least=1, most=256)
RAW_KEPT_DAYS = env.integer("CROSSDESK_RAW_KEPT_DAYS", default=30, least=1)
# Of incoming messages, how many in a hundred wait blind in triage; a workspace may choose for itself. 0: none.
BLIND_PERCENT = env.integer("CROSSDESK_BLIND_PERCENT", default=3, least=0, most=5)
LOG_LEVEL = env.choice("CROSSDESK_LOG", default="warning", of={"debug", "info", "warning", "error"}).upper()

ALLOWED_HOSTS = sorted({urlsplit(URL).hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"})
CSRF_TRUSTED_ORIGINS = [URL] if URL.startswith("https://") else []
ROOT_URLCONF = "crossdesk.config.urls"
DATABASES = {"default": database.from_url(env.text("CROSSDESK_DATABASE_URL"), home=HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "crossdesk.journal",
    "crossdesk.org",
    "crossdesk.channels",
    "crossdesk.messages",
    "crossdesk.inbox",
    "crossdesk.triage",
    "crossdesk.imports",
    "crossdesk.insights",
    "crossdesk.notices",
    "crossdesk.web",
]
AUTH_USER_MODEL = "org.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page goes over the wire as a seventh of itself. Against guessing by length Django adds a random one, and masks its tokens.
    "django.middleware.gzip.GZipMiddleware",
    "crossdesk.web.safety.content_security",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crossdesk.web.languages.reader",
    "crossdesk.web.helping.PageHelp",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crossdesk.web.errors.ExpectedErrors",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent.parent / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "crossdesk.web.jinja.environment",
            "context_processors": ["crossdesk.web.shell.context"],
        },
    },
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = URL.startswith("https://")
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "web:sign_in"
CSRF_FAILURE_VIEW = "crossdesk.web.errors.form_expired"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
# Written in English; each other language has its catalogues below crossdesk/locale (docs/pages.md).
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "media"
IMPORTS_ROOT = HOME / "imports"  # files that were uploaded to be imported, and their messages in order
IMPORT_MOST_MB = env.integer("CROSSDESK_IMPORT_MOST_MB", default=2000, least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # A call to a network may carry a token in its address: httpx must not log addresses.
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}
