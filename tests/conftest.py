"""Fixtures of all tests."""

import pytest
from django.core.cache import cache
from django.core.management import call_command

from taxonomy.models import Region


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load regions and themes once per test database: every page needs them."""
    with django_db_blocker.unblock():
        call_command("load_taxonomy", verbosity=0)


@pytest.fixture(autouse=True)
def _forget_cached_counts():
    cache.clear()


@pytest.fixture(autouse=True)
def _regions_for_transactional_tests(request):
    """A test with transactions of its own (the browser's, too) leaves every table empty to the next."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
        if not Region.objects.exists():
            call_command("load_taxonomy", verbosity=0)
