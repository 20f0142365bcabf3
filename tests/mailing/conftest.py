"""What the tests of the worker share."""

import os
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.psycopg_connector import PsycopgConnector

from tests.mailing.smtp import mail_server

WAIT_AT_MOST = 60  # seconds


@pytest.fixture(autouse=True)
def _no_jobs_of_other_tests(db):
    """Django does not know the tables of the jobs as its own, so it leaves them alone between tests."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_periodic_defers;")
        cursor.execute("DELETE FROM procrastinate_workers")


@pytest.fixture
def smtp(settings):
    """A mail server that the site in this process sends to."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
        yield server


@pytest.fixture
def work(transactional_db):
    """Run all jobs that wait, in this process, with the connections that a worker uses."""

    def run():
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)
        with app.replace_connector(connector):
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    return run


@pytest.fixture
def start_worker(transactional_db):
    """Start a worker as a process of its own over the test database; killed at the end of the test."""
    workers = []

    def start(**environment):
        command = [sys.executable, "-m", "platform_site.worker"]
        worker = subprocess.Popen(command, cwd=settings.BASE_DIR, env=worker_environment(**environment))
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def worker_environment(**environment):
    """What a process needs to use the database of the tests."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.mailing.worker_settings",
        "NAME_OF_TEST_DATABASE": connection.settings_dict["NAME"],
        **{name: str(value) for name, value in environment.items()},
    }


def take_up_stalled():
    """The job of each full minute; when one has just begun, the worker has put it into the queue itself."""
    with suppress(AlreadyEnqueued):
        app.configure_task("mailing.take_up_stalled").defer(timestamp=0)


def eventually(question):
    """Wait until ``question()`` is true; returns whether it became so."""
    deadline = time.monotonic() + WAIT_AT_MOST
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(0.05)
    return False
