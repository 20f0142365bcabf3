"""What pages say where somebody shares their address, and which of them search engines may show."""

import pytest
from django.conf import settings
from PIL import Image

from platform_site.machines.social import FOLDER, KINDS
from taxonomy.models import Theme
from tests.factories import CaseStudyFactory, TopicFactory
from tests.machines.structured import metas

SITE = "http://127.0.0.1:8000"
IMAGES = settings.BASE_DIR / "static"


@pytest.mark.django_db
def test_page_of_a_case_when_it_is_shared(client):
    case = CaseStudyFactory(title="朝市への送迎", published=True)

    said = metas(client.get(case.get_absolute_url(), {"utm_source": "x"}))

    assert said["og:title"] == "朝市への送迎"
    assert said["og:description"] == said["description"] == case.summary
    assert said["og:type"] == "article"
    assert said["og:url"] == said["canonical"] == SITE + case.get_absolute_url()
    assert said["og:site_name"] == settings.SITE_NAME
    assert said["og:locale"] == "ja_JP"
    assert said["og:image"].startswith(SITE + "/static/img/ogp/cases")
    assert said["og:image:alt"]
    assert said["twitter:card"] == "summary_large_image"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "picture", "title"),
    [
        ("/", "home", settings.SITE_NAME),
        ("/cases/", "cases", "事例"),
        ("/events/calendar/", "events", None),
        ("/forum/", "forum", "交流掲示板"),
        ("/about/", "home", "このサイトについて"),
    ],
)
def test_each_kind_has_its_picture(client, address, picture, title):
    said = metas(client.get(address))

    assert f"/{picture}." in said["og:image"]
    assert said["og:type"] == "website"
    assert title in (None, said["og:title"])


@pytest.mark.parametrize("section", KINDS)
def test_pictures_are_there_in_their_size(section):
    path = IMAGES / FOLDER / f"{section}.png"

    with Image.open(path) as picture:
        assert picture.size == (1200, 630)
    assert path.stat().st_size <= 40_000


FOR_SEARCH_ENGINES = {
    "/cases/": "/cases/",
    "/cases/?region=131059": "/cases/?region=131059",
    "/cases/?theme=shopping&utm_source=x": "/cases/?theme=shopping",
    "/events/calendar/": "/events/calendar/",
    "/regions/13/": "/regions/13/",
    "/start/": "/start/",
}
# Somebody may share these; nobody is to find them.
FOR_SHARING = [
    "/cases/?region=47",  # nothing there
    *("/cases/?region=131059&theme=shopping", "/cases/?theme=shopping&theme=cooking", "/cases/?q=a"),
    *("/cases/?sort=new", "/cases/?kind=npo", "/forum/search/"),
    *("/events/calendar/2026/12/", "/events/calendar/2026/12/5/"),
]


@pytest.mark.django_db
def test_search_engines_are_shown_lists_once(client):
    CaseStudyFactory(published=True, regions=["131059"], themes=[Theme.objects.get(slug="shopping")])

    pages = {address: metas(client.get(address)) for address in (*FOR_SEARCH_ENGINES, *FOR_SHARING)}

    found = {address: said["canonical"] for address, said in pages.items() if "robots" not in said}
    assert found == {address: SITE + canonical for address, canonical in FOR_SEARCH_ENGINES.items()}
    assert all(said["og:url"] == said["canonical"] for said in pages.values())


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search/?q=a", "/nowhere/", "/contact/done/?receipt=x", "/accounts/login/"])
def test_other_pages_say_nothing_to_machines(client, address):
    said = metas(client.get(address))

    assert (said["robots"], said["canonical"]) == ("noindex", None)
    assert not any(name.startswith("og:") for name in said if name)


@pytest.mark.django_db
def test_second_page_of_a_topic_is_a_page_of_its_own(client):
    topic = TopicFactory()
    type(topic).objects.filter(pk=topic.pk).update(last_number=30)

    said = metas(client.get(topic.get_absolute_url(), {"page": 2}))

    assert said["og:url"] == said["canonical"] == f"{SITE}{topic.get_absolute_url()}?page=2"
