"""Fixtures of all tests."""

import gc

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import teardown_databases
from pytest_django.plugin import blocking_manager_key

from mailing import jobs
from mailing.actions import send_now
from search import generation
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
def _emptying_empties_all():
    """Of the jobs, too, whose tables Django does not manage; some two hundred tables may take a slow disk its time."""
    execute = DatabaseOperations.execute_sql_flush

    def with_jobs(operations, statements):
        jobs = "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"
        execute(operations, ["SET LOCAL statement_timeout = 0", *statements, jobs])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", with_jobs)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """A test with transactions of its own leaves every table empty; the next may be any."""
    yield
    marker = item.get_closest_marker("django_db")
    if nextitem and ("transactional_db" in item.fixturenames or (marker and marker.kwargs.get("transaction"))):
        with item.config.stash[blocking_manager_key].unblock():
            call_command("load_taxonomy", verbosity=0)


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
