"""Addresses that machines know by heart."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from platform_site import settings as site_settings
from tests.factories import UserFactory

SITE = "http://127.0.0.1:8000"
OPENSEARCH = {"o": "http://a9.com/-/spec/opensearch/1.1/"}


def rules(text, name):
    return [line.partition(": ")[2] for line in text.splitlines() if line.startswith(name)]


def may_read(text, address):
    """What RFC 9309 says: the longest rule that fits wins, an allowing one of the same length first."""
    found = [(len(rule), True) for rule in rules(text, "Allow") if _fits(rule, address)]
    found += [(len(rule), False) for rule in rules(text, "Disallow") if _fits(rule, address)]
    return max(found, default=(0, True))[1]


def _fits(rule, address):
    return re.match(re.escape(rule).replace(r"\*", ".*"), address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        *((address, True) for address in ("/", "/cases/", "/cases/1/", "/cases/?region=13", "/cases/?page=2")),
        *((address, True) for address in ("/events/calendar/", "/events/events.ics?q=x", "/forum/boards/a/")),
        *((address, True) for address in ("/static/css/portal.css", "/media/cases/a.webp", "/sitemap.xml", "/search/")),
        *((address, False) for address in ("/admin/", "/accounts/login/", "/mypage/", "/review/", "/cases/new/")),
        *((address, False) for address in ("/cases/1/edit/", "/cases/?q=a", "/cases/?page=2&q=a", "/search/?q=a")),
        *((address, False) for address in ("/cases/?theme=a&sort=newest", "/forum/?after=x", "/forum/1/read/?after=x")),
        *((address, False) for address in ("/events/calendar/2026/12/", "/organizations/pick/partners/?q=a")),
    ],
)
def test_what_robots_may_read(client, address, expected):
    text = client.get("/robots.txt").content.decode()

    assert may_read(text, address) is expected
    assert rules(text, "Sitemap") == [SITE + "/sitemap.xml"]
    assert rules(text, "User-agent") == ["*"]


def test_browsers_learn_how_to_search(client):
    response = client.get("/opensearch.xml")

    root = ElementTree.fromstring(response.content)  # noqa: S314 (ours)
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    assert len(root.findtext("o:ShortName", namespaces=OPENSEARCH)) <= 16
    assert len(root.findtext("o:Description", namespaces=OPENSEARCH)) <= 1024
    url = root.find("o:Url", OPENSEARCH)
    assert url.get("template") == SITE + "/search/?q={searchTerms}"
    image = root.findtext("o:Image", namespaces=OPENSEARCH)
    assert urlsplit(image).path.startswith("/static/img/favicon")


@pytest.mark.parametrize("contacts", [[], ["mailto:security@example.jp", "https://example.jp/report"]])
def test_whom_to_tell_of_a_weakness(client, settings, contacts):
    settings.SECURITY_CONTACTS = contacts

    response = client.get("/.well-known/security.txt")

    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert rules(text, "Contact") == (contacts or [SITE + "/contact/"])
    (expires,) = map(datetime.fromisoformat, rules(text, "Expires"))
    assert timezone.now() + timedelta(days=30) < expires < timezone.now() + timedelta(days=365)
    assert rules(text, "Preferred-Languages") == ["ja, en"]
    assert rules(text, "Canonical") == [SITE + "/.well-known/security.txt"]


def test_a_contact_that_is_no_address_stops_the_start_up(monkeypatch):
    monkeypatch.setenv("SECURITY_CONTACT", "mailto:a@example.jp, security@example.jp")

    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT must begin with mailto:, https:// or tel:"):
        site_settings._security_contacts()


@pytest.mark.django_db
def test_password_managers_find_the_page_to_change_a_password(client):
    client.force_login(UserFactory())

    response = client.get("/.well-known/change-password", follow=True)

    assert response.redirect_chain[0] == ("/accounts/password/change/", 302)
    assert (
        client.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200").status_code == 404
    )
