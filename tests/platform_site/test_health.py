"""Answers for balancers and robots."""

import pytest
from django.db import OperationalError


def test_alive_without_a_database(client):
    # No database mark: touching the database would fail the test.
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.content == b"ok\n"


@pytest.mark.django_db
def test_ready_with_a_database(client):
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_not_ready_without_the_database(client, monkeypatch):
    def broken():
        raise OperationalError("gone")

    monkeypatch.setattr("platform_site.health.connection.cursor", broken)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response["Retry-After"]


def test_old_browsers_find_the_icon(client):
    assert client.get("/favicon.ico").url.endswith("favicon.ico")
