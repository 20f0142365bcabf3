"""The HTML of every public page, met as a robot meets it: from link to link, beginning at the home page.

The content is the first content and the samples. Of each kind of address a few are opened, so
that the 23 themes and 47 prefectures need not all be.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import html5lib
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import resolve

# In one process, so that the crawl is made once.
pytestmark = pytest.mark.xdist_group("html")

MOST_PAGES, PER_KIND = 500, 2
# What nothing links to: it is typed.
TYPED = "/search/?q=%E8%B2%B7%E3%81%84%E7%89%A9"
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
HOST = "http://testserver"
# Django's own page: its title and headings are not ours.
SIGN_IN = "/admin/login/"


@dataclass
class Page:
    address: str
    status: int
    html: str
    parser: html5lib.HTMLParser = field(default_factory=html5lib.HTMLParser)

    @cached_property
    def elements(self):
        return [element for element in self.parser.parse(self.html).iter() if isinstance(element.tag, str)]

    def all(self, *names):
        return [element for element in self.elements if element.tag.removeprefix(NAMESPACE) in names]

    def values(self, attribute):
        return [value for element in self.elements if (value := element.get(attribute)) is not None]

    def links(self):
        """The addresses of this site that stand in links and forms, without fragments."""
        addresses = [
            *(link.get("href") for link in self.all("a")),
            # What is sent with POST alone has no page of its own.
            *(form.get("action") or "" for form in self.all("form") if form.get("method", "get").lower() == "get"),
        ]
        for address in addresses:
            joined = urldefrag(urljoin(HOST + self.address, address)).url
            if joined.startswith(HOST + "/"):
                yield joined.removeprefix(HOST)


def _kind(address):
    """What addresses of one kind have in common: the view and the name of one parameter."""
    parts = urlsplit(address)
    match = resolve(parts.path)
    names = tuple(sorted(parse_qs(parts.query)))
    return match.view_name or match.route, names if len(names) < 2 else "many"


def _crawl(client):
    queue, pages, opened = ["/", TYPED], {}, Counter()
    while queue and len(pages) < MOST_PAGES:
        address = queue.pop(0)
        kind = _kind(address)
        if address in pages or opened[kind] >= PER_KIND:
            continue
        opened[kind] += 1
        response = client.get(address)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        pages[address] = Page(address, response.status_code, response.content.decode() if is_html else "")
        if response.status_code == 200:
            queue += pages[address].links()
    return pages


@pytest.fixture(scope="module")
def crawled(django_db_setup, django_db_blocker):
    """Every page that was met, by its address."""
    with django_db_blocker.unblock(), transaction.atomic():
        # A test with transactions of its own may have emptied these, too.
        call_command("load_taxonomy", verbosity=0)
        call_command("load_initial_content", verbosity=0)
        call_command("load_sample_content", verbosity=0)
        pages = _crawl(Client())
        transaction.set_rollback(True)
    return pages


@pytest.fixture(scope="module")
def pages(crawled):
    """Those that are HTML and ours."""
    return [page for page in crawled.values() if page.html and page.status == 200 and page.address != SIGN_IN]


def faults(pages, find):
    """The faults that ``find`` finds, under the address of their page."""
    return {page.address: found for page in pages if (found := list(find(page)))}


def test_every_link_leads_to_a_page(crawled):
    assert {address: page.status for address, page in crawled.items() if page.status >= 400} == {}
    assert 40 < len(crawled) < MOST_PAGES


def test_the_crawl_met_every_kind_of_page(crawled):
    met = {_kind(address)[0] for address in crawled}

    expected = {"home", "about", "contact", "announcement", "search:all"}
    expected |= {f"{app}:{name}" for app in ("cases", "organizations") for name in ("list", "detail")}
    assert expected - met == set()


def test_pages_parse_without_an_error(pages):
    def find(page):
        page.elements  # noqa: B018 (parses)
        return [(place, error, data) for place, error, data in page.parser.errors]

    assert faults(pages, find) == {}


def test_ids_are_unique(pages):
    assert faults(pages, lambda page: [name for name, count in Counter(page.values("id")).items() if count > 1]) == {}


@pytest.mark.parametrize("attribute", ["for", "aria-labelledby", "aria-describedby", "aria-controls", "list"])
def test_what_is_referred_to_exists(pages, attribute):
    def find(page):
        names = " ".join(page.values(attribute)).split()
        return set(names) - set(page.values("id"))

    assert faults(pages, find) == {}


def test_links_into_a_page_find_their_place(crawled, pages):
    def find(page):
        for link in page.all("a"):
            address, place = urldefrag(urljoin(HOST + page.address, link.get("href")))
            target = crawled.get(address.removeprefix(HOST))
            if place and target and place not in target.values("id"):
                yield link.get("href")

    assert faults(pages, find) == {}


def test_every_field_has_a_name(pages):
    def find(page):
        labelled = set(page.values("for"))
        for control in page.all("input", "select", "textarea"):
            is_named = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
            if control.get("type") not in ("hidden", "submit") and not is_named:
                yield control.get("name")

    assert faults(pages, find) == {}


def test_links_and_buttons_say_something(pages):
    def find(page):
        for control in page.all("a", "button", "summary"):
            pictures = "".join(image.get("alt", "") for image in control.iter(NAMESPACE + "img"))
            if not ("".join(control.itertext()).strip() or pictures or control.get("aria-label")):
                yield control.attrib

    assert faults(pages, find) == {}


def test_headings_begin_with_one_h1_and_skip_no_level(pages):
    def find(page):
        levels = [int(heading.tag[-1]) for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        if levels[:1] != [1] or levels.count(1) > 1 or any(lower - upper > 1 for upper, lower in pairwise(levels)):
            yield levels

    assert faults(pages, find) == {}


def test_pages_are_in_japanese(pages):
    assert faults(pages, lambda page: [lang for html in page.all("html") if (lang := html.get("lang")) != "ja"]) == {}


def test_titles_are_unique(pages):
    """Two addresses of one list may share a title: what was searched stands on the page."""
    titles = defaultdict(set)
    for page in pages:
        title = page.all("title")[0].text
        titles[title].add(urlsplit(page.address).path)

    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}
    assert [title for title in titles if settings.SITE_NAME not in title] == []


def test_descriptions_say_what_a_page_is_about(pages):
    def find(page):
        texts = [meta.get("content") for meta in page.all("meta") if meta.get("name") == "description"]
        if len(texts) != 1 or not 10 <= len(texts[0].strip()) <= 160:
            yield texts

    assert faults(pages, find) == {}


def test_nothing_comes_from_elsewhere_or_stands_inline(pages):
    """What the Content-Security-Policy would refuse."""

    def find(page):
        for element in page.elements:
            yield from (
                f"{name} of {element.tag}" for name in element.attrib if name == "style" or name.startswith("on")
            )
        # Structured data is a block of data, which no browser runs.
        inline = [one for one in page.all("script", "style") if one.get("type") != "application/ld+json"]
        yield from (f"inline {element.tag}" for element in inline if not element.get("src"))
        sources = [
            *page.values("src"),
            *(link.get("href") for link in page.all("link") if link.get("rel") != "canonical"),
        ]
        yield from (source for source in sources if re.match(r"(?:[a-z]+:)?//", source))

    assert faults(pages, find) == {}


def test_static_files_of_the_pages_exist(pages):
    def find(page):
        addresses = [*page.values("src"), *(link.get("href") for link in page.all("link"))]
        for address in addresses:
            if address.startswith(settings.STATIC_URL) and not finders.find(address.removeprefix(settings.STATIC_URL)):
                yield address

    assert faults(pages, find) == {}


def test_pictures_have_alternatives_and_sizes(pages):
    def find(page):
        return [image.get("src") for image in page.all("img") if {"alt", "width", "height"} - set(image.attrib)]

    assert faults(pages, find) == {}
