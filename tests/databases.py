"""Test databases: one is made by the migrations, the others are copies of it, in later runs, too.

``python -m tests.databases`` makes it beforehand.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_databases

# "portal" in hexadecimal ASCII: processes of one run, and runs beside each other, wait for the template.
LOCK = 0x706F7274616C
PREFIX = "portal_of_tests_template_"
UNFINISHED = f"{PREFIX}unfinished"
# A changed file among these makes the template anew.
MADE_FROM = ("*/migrations/*.py", "taxonomy/**/*.py", "taxonomy/data/*", "requirements.lock")


def set_up():
    """Make the test database with regions and themes in it; returns what `teardown_databases` asks for."""
    return _set_up(TEMPLATE=have_template(), MIGRATE=False)


def have_template() -> str:
    """The name of the database that the others are copies of, made where there is none yet."""
    template = PREFIX + _fingerprint()
    with _one_at_a_time() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = {name for (name,) in cursor.fetchall()}
        if template not in there:
            for outdated in there:
                cursor.execute(f"DROP DATABASE {outdated} WITH (FORCE)")
            _make_template()
            # Only what was finished ever has this name.
            cursor.execute(f"ALTER DATABASE {UNFINISHED} RENAME TO {template}")
    return template


def _make_template() -> None:
    site = connection.settings_dict["NAME"]
    _set_up(NAME=UNFINISHED)
    call_command("load_taxonomy", verbosity=0)
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = site


def _set_up(**test):
    usual = connection.settings_dict["TEST"]
    connection.settings_dict["TEST"] = usual | test
    try:
        return setup_databases(verbosity=0, interactive=False, aliases=["default"], serialized_aliases=[])
    finally:
        connection.settings_dict["TEST"] = usual


@contextmanager
def _one_at_a_time() -> Iterator:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        # Of the session: let go when it ends, however it ends.
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield cursor


def _fingerprint() -> str:
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR)
    for path in sorted({path for pattern in MADE_FROM for path in root.glob(pattern) if path.is_file()}):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    import django

    django.setup()
    have_template()
