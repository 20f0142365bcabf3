"""Fixtures of all tests."""

import pytest
from django.core.management import call_command


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load regions and themes once per test database: every page needs them."""
    with django_db_blocker.unblock():
        call_command("load_taxonomy", verbosity=0)


@pytest.fixture(autouse=True)
def _forget_cached_counts():
    from django.core.cache import cache

    cache.clear()
