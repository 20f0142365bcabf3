"""What the environment may say, and what a wrong value is answered with."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured

from platform_site import settings as site_settings
from platform_site.local_secret import read_or_make

ROOT = Path(django_settings.BASE_DIR)
READS = re.compile(r'(?:_read\(env\.\w+|_whole_number\(|_names\(|env\.\w+\(|_read\(\s*env\.\w+),?\s*["\'](\w+)["\']')


def test_env_example_lists_every_variable_that_is_read_and_explains_it():
    code = "".join((ROOT / name).read_text() for name in ("platform_site/settings.py", "gunicorn.conf.py"))
    lines = (ROOT / ".env.example").read_text().splitlines()
    listed = {line.partition("=")[0].lstrip("#"): before for before, line in pairwise(lines) if "=" in line}

    assert set(listed) == set(READS.findall(code)) - {"name"}
    assert [name for name, explanation in listed.items() if not explanation.startswith("# ")] == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "DATABASE_URL is empty"),
        ("  ", "DATABASE_URL is empty"),
        ("mysql://host/name", "DATABASE_URL must begin with postgresql://"),
        ("host/name", "DATABASE_URL must begin with postgresql://"),
        ("postgresql://host", "DATABASE_URL names no database"),
        ("postgresql://host:port/name", "DATABASE_URL must be an address"),
        ("postgresql://host:99999/name", "DATABASE_URL must be an address"),
    ],
)
def test_wrong_database_url_is_named(monkeypatch, url, sentence):
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        site_settings._database()


def test_database_url_leads_to_that_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p%40ss@db.example.jp:5433/portal?sslmode=require")

    database = site_settings._database()

    assert database["ENGINE"] == "platform_site.database"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example.jp", 5433, "portal")
    assert (database["USER"], database["PASSWORD"]) == ("u", "p@ss")
    assert database["OPTIONS"]["sslmode"] == "require"


def test_without_database_url_the_embedded_server_is_used(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert site_settings._database()["ENGINE"] == "platform_site.embedded_postgres"


@pytest.mark.parametrize("name", ["DATABASE_STATEMENT_TIMEOUT", "DATABASE_POOL_SIZE"])
@pytest.mark.parametrize("value", ["many", "-1", "1.5"])
def test_wrong_number_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=name):
        site_settings._database()


@pytest.mark.parametrize("value", ["stored", "/stored", "stored/"])
def test_wrong_prefix_of_nginx_is_named(monkeypatch, value):
    monkeypatch.setenv("X_ACCEL_PREFIX", value)

    with pytest.raises(ImproperlyConfigured, match="X_ACCEL_PREFIX"):
        site_settings._internal_prefix()


def test_pool_and_timeout_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_POOL_SIZE", "7")
    monkeypatch.setenv("DATABASE_STATEMENT_TIMEOUT", "1234")

    options = site_settings._database()["OPTIONS"]

    assert options["pool"]["max_size"] == 7
    assert "statement_timeout=1234" in options["options"]


def test_short_secret_key_is_refused(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 49)

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        site_settings._secret_key()


def test_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "var" / "secret_key"

    first, second = read_or_make(path), read_or_make(path)

    assert first == second
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]
