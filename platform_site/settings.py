"""Settings of the portal: one file, the same everywhere.

The defaults are production's. What differs between machines comes from the
environment and is listed in ``.env.example``; a wrong value stops the start-up
with a sentence that names the variable.
"""

from pathlib import Path
from urllib.parse import urlsplit

import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from platform_site.environment import BASE_DIR, env
from platform_site.local_secret import read_or_make

VAR_DIR = BASE_DIR / "var"


def _read(reader, name, default, meaning):
    """Read one variable; a value of the wrong kind stops the start-up by name."""
    try:
        return reader(name, default)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} must be {meaning} ({error}).") from error


def _whole_number(name, default, meaning):
    number = _read(env.int, name, default, f"a whole number of {meaning}")
    if number < 0:
        raise ImproperlyConfigured(f"{name} must not be negative: give a whole number of {meaning}.")
    return number


def _names(name, default):
    """Names with commas between them, spaces permitted."""
    return [part.strip() for part in env.str(name, ",".join(default)).split(",") if part.strip()]


def _secret_key():
    """The key from the environment, or one that is kept in ``var/`` and made on first use."""
    key = env.str("SECRET_KEY", "")
    if key:
        if len(key) < 50:
            raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
        return key
    return read_or_make(VAR_DIR / "secret_key")


def _database():
    """The database that DATABASE_URL names, or the embedded PostgreSQL in ``var/postgres``."""
    timeout = _whole_number("DATABASE_STATEMENT_TIMEOUT", 0, "milliseconds, 0 for no limit")
    # Commands need one connection; wsgi.py asks for a pool.
    pool_size = _whole_number("DATABASE_POOL_SIZE", 0, "connections per process, 0 for no pool")
    options = {
        # JIT and parallel workers make the portal's short queries slower, see docs/performance.md.
        "options": f"-c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=32MB -c statement_timeout={timeout}",
        "connect_timeout": 5,
    }
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 2, "reconnect_timeout": 5}
    common = {"CONN_HEALTH_CHECKS": True, "TEST": {"TEMPLATE": "template0"}}
    url = env.str("DATABASE_URL", None)
    if url is None:
        return {"ENGINE": "platform_site.embedded_postgres", "NAME": "portal", "OPTIONS": options, **common}
    address = _database_address(url.strip())
    return {**address, "ENGINE": "platform_site.database", "OPTIONS": {**address["OPTIONS"], **options}, **common}


def _database_address(url):
    """The parts of a database's address; refuses one that cannot lead to a PostgreSQL database."""
    example = "postgresql://user:password@host:5432/name"
    if not url:
        raise ImproperlyConfigured(
            f"DATABASE_URL is empty: give an address such as {example}, or remove the variable to use the "
            "embedded database."
        )
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(f"DATABASE_URL must begin with postgresql://, such as {example}.")
    try:
        address = {"OPTIONS": {}, **env.dj_db_url("DATABASE_URL")}
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL must be an address such as {example} ({error}).") from error
    if not address["NAME"]:
        raise ImproperlyConfigured(f"DATABASE_URL names no database: give an address such as {example}.")
    return address


def _scanner_address():
    """Where the virus scanner listens: "" for nowhere, the path of its socket, or host and port."""
    address = env.str("CLAMAV_ADDRESS", "").strip()
    if not address or address.startswith("/"):
        return address
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ImproperlyConfigured("CLAMAV_ADDRESS must be host:port, such as 127.0.0.1:3310, or the path of a socket.")
    return host.strip("[]"), int(port)


def _internal_prefix():
    """What nginx calls the folder of uploads inside: "" for nothing, or the beginning of an address."""
    prefix = env.str("X_ACCEL_PREFIX", "").strip()
    if prefix and not (prefix.startswith("/") and prefix.endswith("/")):
        raise ImproperlyConfigured("X_ACCEL_PREFIX must begin and end with /, such as /stored/.")
    return prefix


def _security_contacts():
    """Who is told of a weakness of the site, as security.txt writes it; none for the contact page."""
    contacts = _names("SECURITY_CONTACT", [])
    if not all(contact.startswith(("mailto:", "https://", "tel:")) for contact in contacts):
        raise ImproperlyConfigured("SECURITY_CONTACT must begin with mailto:, https:// or tel:.")
    return contacts


def _identity_provider():
    """The OpenID Connect provider of the environment: all four variables, or none."""
    given = {
        "OIDC_ISSUER": env.str("OIDC_ISSUER", "").strip(),
        "OIDC_CLIENT_ID": env.str("OIDC_CLIENT_ID", "").strip(),
        "OIDC_CLIENT_SECRET": env.str("OIDC_CLIENT_SECRET", "").strip(),
        "OIDC_NAME": env.str("OIDC_NAME", "").strip(),
    }
    missing = [name for name, value in given.items() if not value]
    if missing and len(missing) < len(given):
        raise ImproperlyConfigured(f"{missing[0]} is missing: give all of {', '.join(given)}, or none of them.")
    encrypted = ("https://", "http://127.0.0.1:", "http://localhost:")
    if not missing and not given["OIDC_ISSUER"].startswith(encrypted):
        raise ImproperlyConfigured("OIDC_ISSUER must be an address that begins with https://.")
    return given.values()


def _form_targets(issuer):
    """Where forms may lead: browsers also look at where the answer to a form redirects."""
    return [SELF, "{0.scheme}://{0.netloc}".format(urlsplit(issuer))] if issuer else [SELF]


DEBUG = _read(env.bool, "DEBUG", False, "true or false")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = _names("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = _names("CSRF_TRUSTED_ORIGINS", [])
# Address of the site as people outside see it, used in mails and files.
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured("SITE_URL must be an address such as https://example.lg.jp.")
SITE_NAME = "生活支援共創プラットフォーム"
SECURITY_CONTACTS = _security_contacts()
# A proxy that ends TLS sets X-Forwarded-Proto; without one (make run) the site speaks plain http.
BEHIND_TLS_PROXY = _read(env.bool, "BEHIND_TLS_PROXY", False, "true or false")
# How many proxies of ours stand before the site and append to X-Forwarded-For.
TRUSTED_PROXY_COUNT = _whole_number("TRUSTED_PROXY_COUNT", 0, "proxies that stand before the site")
# Shows the maintenance page to everyone but the health checks.
MAINTENANCE_MODE = _read(env.bool, "MAINTENANCE_MODE", False, "true or false")

INSTALLED_APPS = [
    # First, so that our admin can take the place of its own.
    "taggit",
    "platform_site",
    "taxonomy",
    "mailing",
    "accounts",
    "publishing",
    "search",
    "organizations",
    "policies",
    "events",
    "cases",
    "forum",
    "insights",
    "open_data",
    "places",
    "start",
    "django.forms",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "platform_site.middleware.ClientAddressMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "platform_site.middleware.CachePolicyMiddleware",
    "platform_site.middleware.MaintenanceMiddleware",
    "platform_site.middleware.NullCharacterMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "insights.middleware.CountViewsMiddleware",
    "platform_site.rate_limit.FormLimitMiddleware",
    "platform_site.resending.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Who changes something by a form stands in the records of the database.
    "pghistory.middleware.HistoryMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "platform_site.urls"
WSGI_APPLICATION = "platform_site.wsgi.application"

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
                "platform_site.context_processors.site",
            ],
        },
    },
]
FORM_RENDERER = "platform_site.forms.PortalFormRenderer"

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "mypage"
LOGOUT_REDIRECT_URL = "home"

# Signing up and in by django-allauth (docs/decisions/0004-accounts.md): by mail address, which must be confirmed.
# Whether people may sign up by themselves; otherwise the secretariat makes the accounts.
SIGN_UP_IS_OPEN = _read(env.bool, "SIGN_UP_IS_OPEN", True, "true or false")
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.entrance_forms.SignUpForm",
    "login": "accounts.entrance_forms.SignInForm",
    "reset_password": "accounts.entrance_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance_forms.NewPasswordForm",
    "set_password": "accounts.entrance_forms.SetPasswordForm",
    "change_password": "accounts.entrance_forms.ChangePasswordForm",
    "add_email": "accounts.entrance_forms.ChangeEmailForm",
    "reauthenticate": "accounts.entrance_forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"【{SITE_NAME}】"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
# Also an address that was never confirmed is taken: its owner gets in by a new password.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Wrong passwords and codes are counted by accounts.sign_in_limit, in the database. The other limits of
# allauth (how many mails and forms a minute) are counted per process.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
# Signing in by GビズID or another provider of OpenID Connect; without configuration no page or button shows.
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME = _identity_provider()
SOCIALACCOUNT_ADAPTER = "accounts.provider_adapter.ProviderAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.provider_adapter.ProviderSignUpForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False
# Who has an account signs in to it and joins the provider there: an address from elsewhere opens none.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.second_factor_forms.CodeForm",
    "reauthenticate": "accounts.second_factor_forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.second_factor_forms.ActivateAppForm",
    "authenticate_webauthn": "accounts.second_factor_forms.PasskeyForm",
    "login_webauthn": "accounts.second_factor_forms.PasskeySignInForm",
    "reauthenticate_webauthn": "accounts.second_factor_forms.ReauthenticatePasskeyForm",
    "add_webauthn": "accounts.second_factor_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.second_factor_forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1
# Browsers permit passkeys over plain http at localhost only, which is where `make run` serves.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS_PROXY

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", "") or VAR_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o644
# Keeps large files out of the memory, and too large ones off the disk.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "publishing.upload_handler.BoundedUploadHandler",
]
# The largest recording of an event, and where nginx finds recordings to send; without the latter the site sends them.
MAX_VIDEO_BYTES = 1024 * 1024 * _whole_number("MAX_VIDEO_MEGABYTES", 500, "megabytes, 0 for links only")
X_ACCEL_PREFIX = _internal_prefix()
# A virus scanner (clamd) that looks at every upload; without one nothing is scanned.
CLAMAV_ADDRESS = _scanner_address()
# Jobs beside those in each app's tasks.py.
PROCRASTINATE_IMPORT_PATHS = ["publishing.file_tasks", "events.import_tasks", "forum.moderation_tasks"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Without a mail server mails are written to var/mail, one file each.
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = _read(env.int, "EMAIL_PORT", 587, "a port number")
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _read(env.bool, "EMAIL_USE_TLS", True, "true or false")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@localhost")
# Where inquiries from the contact page are sent.
SECRETARIAT_EMAIL = env.str("SECRETARIAT_EMAIL", "secretariat@localhost")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": _form_targets(OIDC_ISSUER),
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS_PROXY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if BEHIND_TLS_PROXY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS_PROXY
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "platform_site.resending.csrf_failure"

# How many forms, in how many seconds, are taken from one person, from one address without sign-in, and by
# the automatic saving of one person.
FORM_LIMITS = {"person": [(60, 60), (600, 3600)], "address": [(60, 60)], "autosave": [(30, 60)]}
# New posts of one person on the board; edits count as forms.
FORUM_POST_LIMITS = [(5, 60), (30, 3600)]
# How often, in how many seconds, one address gets whole lists as tables, and answers of the API, that it has not yet.
OPEN_DATA_LIMITS = {"tables": (30, 600), "api": (300, 60)}

# How many seconds each process counts views before it writes them: what is lost should it be killed.
VIEWS_ARE_WRITTEN_EVERY = 30

TAGGIT_CASE_INSENSITIVE = True

# A daily job whose time passed while no worker ran is made up for.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 20 * 60 * 60}

# Reading changes nothing; to ask who reads would make every answer one of a visitor's own.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
# What was recorded can be neither changed nor deleted.
PGHISTORY_APPEND_ONLY = True
# Not the default "events": that is what organizations and cases call their events.
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="records")
# Our users do not browse raw events: the pages tell them as sentences.
PGHISTORY_ADMIN_ALL_EVENTS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Warns at each HEAD request that Django made a body, which it rightly leaves out.
    "loggers": {"gunicorn.http.wsgi": {"level": "ERROR"}},
    "root": {
        "handlers": ["console"],
        "level": _read(env.log_level, "LOG_LEVEL", "WARNING", "DEBUG, INFO, WARNING or ERROR"),
    },
}
