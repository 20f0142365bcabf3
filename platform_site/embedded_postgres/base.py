"""The portal's PostgreSQL backend over an embedded server that starts at the first connection.

Web processes, manage.py and the tests share the server in ``var/postgres``; see `server`.
"""

import os
from contextlib import suppress
from functools import cache

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql

from platform_site.database import base
from platform_site.embedded_postgres.server import EmbeddedServer, ServerProblemError


@cache
def _join_server(pid: int) -> EmbeddedServer:
    # Keyed by the process, so that a forked worker counts as a user of the server by itself.
    try:
        return EmbeddedServer(settings.VAR_DIR / "postgres").join()
    except ServerProblemError as error:
        raise ImproperlyConfigured(f"{error} Mend this, or set DATABASE_URL to a database of your own.") from error


class DatabaseWrapper(base.DatabaseWrapper):
    described_as = "the embedded database in var/postgres"

    def get_connection_params(self):
        server = _join_server(os.getpid())
        self.settings_dict |= {"HOST": server.socket_folder, "PORT": server.PORT, "USER": server.SUPERUSER}
        # Django makes the databases of tests by itself, the site's own is made on first use.
        if self.settings_dict["NAME"] == settings.DATABASES["default"]["NAME"]:
            _create_missing_database(server.socket_folder, server.PORT, server.SUPERUSER, self.settings_dict["NAME"])
        return super().get_connection_params()


@cache
def _create_missing_database(host: str, port: str, user: str, name: str) -> None:
    with psycopg.connect(host=host, port=port, user=user, dbname="postgres", autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        # Another process may be faster.
        with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
