"""The database backends: what an unusable server is answered with, and the life of the embedded one."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from platform_site.database.base import DatabaseUnavailableError, DatabaseWrapper
from platform_site.embedded_postgres.guardian import postmaster
from platform_site.embedded_postgres.server import EmbeddedServer, ServerProblemError

USER = """
import sys, time
from pathlib import Path
import psycopg
from platform_site.embedded_postgres.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1])).join()
with psycopg.connect(host=server.socket_folder, port=server.PORT, user=server.SUPERUSER, dbname="postgres") as db:
    print(db.execute("SELECT current_setting('server_encoding')").fetchone()[0], flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def data():
    """A data folder whose path is awkward: too long for a socket, with a space, a quote and a comma."""
    folder = Path(tempfile.mkdtemp())
    yield folder / f"it's, {'long' * 30}" / "postgres"
    shutil.rmtree(folder)


def start_user(data, seconds):
    command = [sys.executable, "-c", USER, str(data), str(seconds)]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)


def stopped(data):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if postmaster(data) is None:
            return True
        time.sleep(0.1)
    return False


def test_users_that_start_at_once_share_one_server_that_stops_after_the_last(data):
    users = [start_user(data, 0.5) for _ in range(3)]

    outputs = [user.communicate(timeout=60)[0] for user in users]

    assert outputs == ["UTF8\n"] * 3
    assert stopped(data)


def test_server_stops_after_a_killed_user(data):
    user = start_user(data, 60)
    assert user.stdout.readline() == "UTF8\n"
    assert postmaster(data)

    user.kill()
    user.communicate()

    assert stopped(data)


def test_server_that_was_killed_starts_again_though_its_number_is_somebody_elses_now(data):
    user = start_user(data, 60)
    user.stdout.readline()
    server = postmaster(data)
    server.send_signal(signal.SIGKILL)
    server.wait(10)
    user.kill()
    user.communicate()
    left = data / "postmaster.pid"
    _, *others = left.read_text().splitlines(keepends=True)
    left.write_text("".join([f"{os.getpid()}\n", *others]))

    again = start_user(data, 0)

    assert again.communicate(timeout=60)[0] == "UTF8\n"
    assert stopped(data)


def test_data_of_another_version_is_refused_with_a_sentence(data, monkeypatch):
    monkeypatch.setattr(EmbeddedServer, "_ensure_guardian", lambda self: None)
    version = data / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(ServerProblemError, match="PostgreSQL 17, but 18 is installed"):
        EmbeddedServer(data).join()

    version.write_text("18\n")


def test_data_of_another_user_is_refused_with_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "postgres").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(ServerProblemError, match="belongs to another user"):
        EmbeddedServer(tmp_path / "postgres").join()


def wrapper(**changes):
    return DatabaseWrapper(connection.settings_dict | changes, alias="elsewhere")


@pytest.mark.django_db
def test_server_that_does_not_answer_is_named():
    away = wrapper(HOST="127.0.0.1", PORT=1)

    with pytest.raises(
        DatabaseUnavailableError, match=r"Cannot connect to the database that DATABASE_URL names: .*port 1"
    ):
        away.ensure_connection()
    (error,) = away.validation.check()
    assert "port 1" in error.msg


@pytest.mark.django_db
def test_old_postgresql_is_refused(monkeypatch):
    monkeypatch.setattr(connections["default"], "get_database_version", lambda: (14, 11))

    with pytest.raises(DatabaseUnavailableError, match=r"PostgreSQL 15 or later is needed, but .* runs on 14\.11"):
        connection.check_database_version_supported()


@pytest.mark.django_db
def test_database_in_use_is_good_enough():
    connection.check_database_version_supported()

    assert connection.validation.check() == []
