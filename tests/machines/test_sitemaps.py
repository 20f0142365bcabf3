"""Sitemaps: everything that is public and real, with the day of its last change, and nothing else."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from forum.permissions import Visibility
from platform_site.machines import sitemaps
from platform_site.models import Announcement
from publishing.actions import change_status
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    TopicFactory,
    secretariat,
)

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def read(response) -> dict[str, str | None]:
    """The addresses of a sitemap or an index with their last change."""
    assert response.status_code == 200, response
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    rows = list(ElementTree.fromstring(response.content))  # noqa: S314 (ours)
    found = {row.findtext("s:loc", namespaces=NAMESPACE): row.findtext("s:lastmod", None, NAMESPACE) for row in rows}
    assert len(found) == len(rows), "no address twice"
    return found


def everything(client) -> dict[str, str | None]:
    """What all sitemaps of the index say."""
    files = read(client.get("/sitemap.xml"))
    return {url: last for file in files for url, last in read(client.get(file.removeprefix(SITE))).items()}


def test_what_is_public_and_real_is_there(client):
    factories = (CaseStudyFactory, PolicyFactory, EventFactory, OrganizationFactory)
    public = [*(factory(published=True) for factory in factories), TopicFactory()]
    closed_board = BoardFactory(visibility=Visibility.COORDINATORS)
    hidden = [
        *(factory() for factory in factories),
        *(factory(published=True, is_sample=True) for factory in factories),
        PolicyFactory(published=True, shown_until=timezone.localdate() - timedelta(days=1)),
        TopicFactory(state="held"),
        TopicFactory(board=closed_board),
    ]
    notice = Announcement.objects.create(title="あす", body="x", published_on=timezone.localdate() + timedelta(days=1))

    found = everything(client)

    assert all(SITE + item.get_absolute_url() in found for item in public)
    assert not any(SITE + item.get_absolute_url() in found for item in [*hidden, closed_board])
    assert {SITE + "/", SITE + "/cases/", SITE + "/about/"} <= set(found)
    assert f"{SITE}/announcements/{notice.pk}/" not in found
    assert {f"{SITE}/regions/13/", f"{SITE}/regions/131059/", f"{SITE}/start/", f"{SITE}/open-data/"} <= set(found)
    assert len([url for url in found if "/regions/" in url]) == 47 + 1741 + 171 + len(("list", "similar"))
    case = public[0]
    assert found[SITE + case.get_absolute_url()] == case.updated_at.isoformat(timespec="seconds")
    for url in [url for url in found if not re.search(r"/regions/(?!13/)\d", url)]:
        response = client.get(url.removeprefix(SITE))
        assert response.status_code == 200, url
        assert 'content="noindex"' not in response.content.decode(), url


def test_files_hold_a_range_of_keys_and_change_with_it_only(client, monkeypatch):
    first = CaseStudyFactory(published=True)
    monkeypatch.setattr(sitemaps, "PER_FILE", first.pk + 1)
    second = CaseStudyFactory(published=True)

    files = read(client.get("/sitemap.xml"))

    one, two = f"{SITE}/sitemap-cases-1.xml", f"{SITE}/sitemap-cases-2.xml"
    assert files[one] == first.updated_at.isoformat(timespec="seconds")
    assert files[two] == second.updated_at.isoformat(timespec="seconds")
    assert set(read(client.get("/sitemap-cases-2.xml"))) == {SITE + second.get_absolute_url()}


@pytest.mark.parametrize("address", ["cases-0", "cases-2", "cases-99999999999999999999", "nothing-1", "pages-2"])
def test_there_is_no_other_file(client, address):
    CaseStudyFactory(published=True)

    assert client.get(f"/sitemap-{address}.xml").status_code == 404


def test_nobody_fetches_twice_what_has_not_changed(client):
    case = CaseStudyFactory(published=True)
    TopicFactory()
    etags = {address: client.get(address)["ETag"] for address in ("/sitemap.xml", "/sitemap-cases-1.xml")}
    answers = {address: client.get(address, headers={"If-None-Match": etag}) for address, etag in etags.items()}

    change_status(case, "close", by=secretariat())
    after = client.get("/sitemap.xml", headers={"If-None-Match": etags["/sitemap.xml"]})

    assert [answer.status_code for answer in answers.values()] == [304, 304]
    assert f"{SITE}/sitemap-cases-1.xml" not in read(after)
    assert f"{SITE}/sitemap-topics-1.xml" in read(after)


@pytest.mark.parametrize("count", [1, 4])
def test_query_count_does_not_grow(client, count, django_assert_num_queries):
    CaseStudyFactory.create_batch(count, published=True)
    client.get("/sitemap.xml")

    with django_assert_num_queries(1):
        client.get("/sitemap-cases-1.xml")
