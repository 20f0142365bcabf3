"""The site's settings with what makes tests fast swapped in."""

import os

os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "5000")

from platform_site.settings import *  # noqa: F403
from platform_site.settings import DATABASES, FORM_LIMITS, INSTALLED_APPS, OPEN_DATA_LIMITS, STORAGES, VAR_DIR

# A test database need not outlive a power cut.
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
DATABASES["default"]["OPTIONS"].pop("pool", None)
if DATABASES["default"]["ENGINE"] == "platform_site.embedded_postgres":
    # Should a test ever miss its test database, it must not meet the one of `make run`.
    DATABASES["default"]["NAME"] = "portal_of_tests"
if name := os.environ.get("TEST_DATABASE_NAME"):
    DATABASES["default"]["TEST"]["NAME"] = name
# Tests are faster than people; those of the limits set the real ones.
FORM_LIMITS = {kind: [(100_000, 60)] for kind in FORM_LIMITS}
# No thread writes what tests count; they say when.
VIEWS_ARE_WRITTEN_EVERY = 0
OPEN_DATA_LIMITS = dict.fromkeys(OPEN_DATA_LIMITS, (100_000, 60))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEDIA_ROOT = VAR_DIR / "test-media"
# Serve static files as they are found: nothing is collected for a test run.
WHITENOISE_AUTOREFRESH = True
# `make check` lints migrations with it.
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "exclude_apps": [
        "taggit",
        "account",
        "socialaccount",
        "mfa",
        "pghistory",
        "procrastinate",
        "admin",
        "auth",
        "contenttypes",
        "sessions",
    ],
    "ignore_initial_migrations": True,
    # Our tables have some ten thousand rows: an index is made in less than a second.
    "exclude_migration_tests": ["CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"],
    "no_cache": True,
    "quiet": ["ok", "ignore"],
}
