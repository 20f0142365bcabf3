"""Entry point of the worker, ``python -m platform_site.worker``: sends mails and runs the periodic jobs.

It is to the tasks.py of the apps what wsgi.py is to their views. Several workers may run, on any machine that
reaches the database: each job is taken by one of them, a periodic one too.
"""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg_pool import PoolTimeout

import platform_site.environment  # noqa: F401  (what .env says goes before the defaults below)
from platform_site.database.base import DatabaseUnavailableError

# Jobs at the same time: a slow mail server must not hold up what is to be published now.
CONCURRENCY = 3
# Longer than one mail takes; a job that does not end by then is taken up by the next worker.
STOPPING_TAKES_AT_MOST = 20  # seconds

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
# Ten minutes: a job may take longer than a page, but not for ever.
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "600000")


def main():
    try:
        django.setup()
        _expect_database()
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4, timeout=10)
        with app.replace_connector(connector):
            app.run_worker(
                concurrency=CONCURRENCY,
                shutdown_graceful_timeout=STOPPING_TAKES_AT_MOST,
                # New jobs announce themselves; asking is for those that did while nobody listened.
                fetch_job_polling_interval=10.0,
            )
    except (ImproperlyConfigured, DatabaseUnavailableError, ConnectorException, PoolTimeout) as error:
        sys.exit(f"The worker ends: {error.__cause__ or error}")


def _expect_database():
    """Say at once what is wrong with it: a pool would try for half a minute."""
    connection.ensure_connection()
    connection.close()


if __name__ == "__main__":
    main()
