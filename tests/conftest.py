"""Fixtures of all tests."""

import gc

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import teardown_databases

from mailing import jobs
from mailing.actions import send_now
from search import generation
from taxonomy.models import Region
from tests import databases


def pytest_make_parametrize_id(val):
    """Short names for long values; those of files, which may hold the time, the same in each process."""
    if isinstance(val, bytes):
        return f"{len(val)} bytes"
    if isinstance(val, str) and len(val) > 60:
        return val[:60].encode("ascii", "backslashreplace").decode() + "..."
    return None


def pytest_collection_finish():
    """Modules and tests stay to the end: the collector of garbage need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """Make the test database, with the regions and themes that every page needs.

    In place of pytest-django's own, which makes no test database when none of the chosen tests
    is marked: what such tests then wrote would meet the database of `make run`.
    """
    with django_db_blocker.unblock():
        old_names = databases.set_up()
    yield
    # Removing a database may take longer than any statement of the site may.
    connection.settings_dict["OPTIONS"]["options"] += " -c statement_timeout=0"
    with django_db_blocker.unblock():
        _end_other_sessions()
        teardown_databases(old_names, verbosity=0)


def _end_other_sessions():
    """A browser's last request may still hold a connection, and a database in use cannot be removed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


@pytest.fixture(scope="session", autouse=True)
def _emptying_may_take_long():
    """Emptying some two hundred tables on a slow disk takes longer than a statement of the site may."""
    execute = DatabaseOperations.execute_sql_flush

    def without_limit(operations, statements):
        execute(operations, ["SET LOCAL statement_timeout = 0", *statements])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", without_limit)
        yield


@pytest.fixture(autouse=True)
def _forget_cached_counts():
    cache.clear()
    generation.forget()


@pytest.fixture(autouse=True)
def _mails_without_a_worker(request, monkeypatch):
    """Mails go out when the transaction commits; a test of the worker itself is marked ``real_jobs``."""
    if request.node.get_closest_marker("real_jobs") is None:
        monkeypatch.setattr(
            jobs, "enqueue", lambda mail_pk: transaction.on_commit(lambda: send_now(mail_pk), robust=True)
        )


@pytest.fixture(autouse=True)
def _regions_for_transactional_tests(request):
    """A test with transactions of its own (the browser's, too) leaves every table empty to the next."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        if not Region.objects.exists():
            call_command("load_taxonomy", verbosity=0)
