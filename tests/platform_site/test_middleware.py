"""Maintenance, cache policy, NUL characters and the visitor's address."""

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import RequestFactory
from psycopg.errors import QueryCanceled

from platform_site.middleware import ClientAddressMiddleware
from tests.factories import secretariat

pytestmark = pytest.mark.django_db
PAGES = ["/", "/cases/", "/organizations/", "/search/", "/links/", "/announcements/", "/contact/", "/sitemap/"]


def test_maintenance_shows_its_page_and_says_when_to_come_back(client, settings):
    settings.MAINTENANCE_MODE = True

    response = client.get("/cases/")

    assert response.status_code == 503
    assert response["Retry-After"] == "600"
    assert "メンテナンス中" in response.content.decode()


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_maintenance_leaves_health_checks_alone(client, settings, address):
    settings.MAINTENANCE_MODE = True

    assert client.get(address).status_code == 200


def test_public_page_may_be_kept_but_must_be_asked_for_again(client):
    response = client.get("/links/")

    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Cookie" in response["Vary"]
    assert not response.cookies


def test_page_of_a_signed_in_person_is_not_stored(client):
    client.force_login(secretariat())

    assert client.get("/links/")["Cache-Control"] == "private, no-store"


def test_page_that_sets_a_cookie_is_not_stored_nor_is_the_next(client):
    first = client.get("/contact/")
    second = client.get("/contact/")

    assert first.cookies
    assert first["Cache-Control"] == second["Cache-Control"] == "private, no-store"


def test_error_page_is_not_stored(client):
    assert client.get("/nothing-here/")["Cache-Control"] == "private, no-store"


def test_view_with_a_policy_of_its_own_keeps_it(client):
    assert client.get("/regions/suggest/?q=x")["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "q=%0%000", "%00=1", "region=%00&theme=%00&page=%00"])
def test_null_characters_in_the_query_are_taken_away(client, address, query):
    assert client.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("address", ["/cases/%00/", "/media/%00", "/%00", "/admin/taxonomy/region/%00/change/"])
def test_null_characters_in_the_address_are_refused_with_a_page(client, address):
    client.force_login(secretariat())

    response = client.get(address)

    assert response.status_code == 400
    assert "読み取れませんでした" in response.content.decode()


def test_null_characters_in_a_form_are_refused_with_a_page(client):
    assert client.post("/contact/", {"name": "a\x00b"}).status_code == 400


def test_null_characters_in_a_session_cookie_are_a_visitor_without_session(client):
    client.cookies.load({"sessionid": "abcdefgh\x00"})

    assert client.get("/links/").status_code == 200
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_address_of_the_visitor_is_what_the_trusted_proxies_wrote(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)

    seen = ClientAddressMiddleware(lambda request: request.META["REMOTE_ADDR"])(request)

    assert seen == address


def database_away(*args):
    raise OperationalError("connection refused")


def statement_cancelled(*args):
    raise OperationalError("canceling statement due to statement timeout") from QueryCanceled()


@pytest.mark.parametrize(
    ("trouble", "sentence"), [(database_away, "混み合っています"), (statement_cancelled, "条件を減らす")]
)
def test_database_away_or_too_slow_is_a_503_page(client, monkeypatch, trouble, sentence):
    monkeypatch.setattr("django.template.response.TemplateResponse.render", trouble)
    monkeypatch.setattr("platform_site.views.render", trouble)
    client.raise_request_exception = False

    response = client.get("/links/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "private, no-store"
    assert sentence in response.content.decode()


def test_other_trouble_is_a_500_page(client, monkeypatch):
    monkeypatch.setattr("platform_site.views.render", lambda *args: 1 / 0)
    client.raise_request_exception = False

    response = client.get("/links/")

    assert response.status_code == 500
    assert "問題が起きました" in response.content.decode()
