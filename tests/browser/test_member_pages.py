"""What holds on every page of signed-in people, empty, filled and refused, on a desk and on a phone.

``SCREENSHOTS=folder`` keeps a picture of each state at both widths.
"""

import os
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.test import Client

from tests.browser import member_pages
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_every_page import COVERED, axe_findings, outside

# The others are one column at any width.
DIFFERENT_ON_A_DESK = ["mypage_unfolded", "step_1", "members", "edit_returned", "queue", "review_new", "review_change"]
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture(scope="module")
def world(site):
    """The people's sessions and the addresses of `member_pages.load`."""
    people, addresses = member_pages.load()
    sessions = {}
    for name, person in people.items():
        client = Client()
        client.force_login(person)
        sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return sessions, addresses


@pytest.fixture(scope="module")
def context(browser, site):
    with browser.new_context(base_url=site.url, locale="ja-JP", viewport=DESKTOP) as context:
        yield context


@pytest.fixture(scope="module", params=member_pages.STATES)
def visit(request, context, site, world):
    """A state of a page, with the `complaints` of the way to it and the HTML the server sent."""
    state, (sessions, addresses) = member_pages.STATES[request.param], world
    context.clear_cookies()
    if state.who:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": sessions[state.who], "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.name, page.complaints = request.param, []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            message.type in ("error", "warning") and page.complaints.append(f"{message.text} {message.location}")
        ),
    )
    page.set_viewport_size(DESKTOP)
    page.html = page.goto(addresses.get(state.address, state.address)).text()
    if state.act:
        state.act(page)
    yield page
    page.close()


@pytest.mark.parametrize("visit", member_pages.STATES if SCREENSHOTS else DIFFERENT_ON_A_DESK, indirect=True)
def test_axe_finds_nothing_on_a_desk(visit):
    visit.set_viewport_size(DESKTOP)

    assert axe_findings(visit) == []
    _keep_picture(visit, "desk")


def test_axe_finds_nothing_on_a_phone(visit):
    visit.set_viewport_size(PHONE)

    assert axe_findings(visit) == []
    _keep_picture(visit, "phone")


def test_nothing_stands_outside_a_narrow_window(visit):
    visit.set_viewport_size({"width": 320, "height": 900})

    assert outside(visit) == []


def test_no_link_is_covered_by_another(visit):
    assert visit.evaluate(COVERED) == []


def test_the_browser_does_not_complain(visit):
    """Errors of scripts, missing files, and what the Content-Security-Policy refuses."""
    expected = [text for text in visit.complaints if "403 (Forbidden)" in text][:1]

    assert visit.complaints == expected


def test_the_html_is_valid(visit):
    parser = html5lib.HTMLParser()
    parser.parse(visit.html)

    assert [(position, code) for position, code, _ in parser.errors] == []


def _keep_picture(page, width):
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"{page.name}-{width}.png", full_page=True)
