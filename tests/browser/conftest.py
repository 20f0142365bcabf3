"""A real Chromium in front of the real site, with content that is put in once."""

import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from cases.models import CaseStudy
from tests.browser import content

FOLDER = Path(__file__).parent
# The shell is the same engine without windows, and opens a page in less than half the time.
BINARIES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BINARIES)), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


# Two processes share the browser's work, about half each; each puts the content in once.
SECOND_GROUP = {"test_member_pages.py", "test_policies.py", "test_print.py", "test_registration.py"}


# First, because xdist reads the groups in this hook, too.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.browser)
            group = "browser-2" if item.path.name in SECOND_GROUP else "browser-1"
            item.add_marker(pytest.mark.xdist_group(group))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here (apt install chromium-headless-shell)"))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    """Without groups all would still pass, but take three times as long: each page is opened anew for every test."""
    grouped = [item for item in session.items if item.get_closest_marker("browser")]
    if getattr(session.config.option, "loadgroup", False) and not all("@browser-" in item.nodeid for item in grouped):
        raise pytest.UsageError("this pytest-xdist does not group tests with this pytest")


@pytest.fixture(scope="package")
def site(django_db_setup, django_db_blocker):
    """The site on a port of its own: `site.url`, and `site.pages` with the addresses of `content.load`.

    pytest-django's ``live_server`` would empty and fill the database again for every test,
    which takes longer than the tests. Here the content is put in once, before the first test
    of this folder, and everything is emptied after the last.
    """
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        # Playwright runs an event loop in this thread; Django's queries in it are safe all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # The end of this fixture empties the database: it must be one of tests, with nothing in it.
        assert not User.objects.exists()
        assert not CaseStudy.objects.exists()
        pages = content.load()
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        server.pages = pages
        yield server
        server.stop()
        server._live_server_modified_settings.disable()
        call_command("flush", interactive=False, verbosity=0)
        call_command("load_taxonomy", verbosity=0)
        connections.close_all()


@pytest.fixture(scope="package")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, site):
    """Opens a page of the site in a browser without memory: ``open_page("/cases/", viewport=PHONE)``."""
    contexts = []

    def open_address(address, **options):
        context = browser.new_context(**{"base_url": site.url, "locale": "ja-JP", "viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(address)
        return page

    yield open_address
    for context in contexts:
        context.close()
