"""Regions and themes held in memory."""

import pytest
from django.core.management import call_command

from taxonomy import registry
from taxonomy.models import Region
from taxonomy.suggestions import candidates

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_registry():
    registry.clear()
    yield
    registry.clear()


def test_regions_and_themes_are_read_once(django_assert_num_queries):
    with django_assert_num_queries(2):
        for _ in range(2):
            assert len(registry.regions()) == 1960
            assert len(registry.themes()) == 23
            assert len(registry.prefectures()) == 47
            assert registry.nation().name == "全国"


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("00", ("00",)),
        ("13", ("13", "00")),
        ("131016", ("131016", "13", "00")),
        ("011011", ("011011", "011002", "01", "00")),
    ],
)
def test_path_leads_from_the_region_up_to_the_nation(code, path):
    assert registry.region_path(code) == path


def test_path_of_an_unknown_code_is_a_key_error():
    with pytest.raises(KeyError):
        registry.region_path("999999")


def test_loading_forgets_what_was_read(django_capture_on_commit_callbacks):
    Region.objects.filter(code="131016").update(name="古い名")
    assert registry.regions()["131016"].name == "古い名"
    assert any(candidate.region.name == "古い名" for candidate in candidates())

    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_taxonomy", verbosity=0)

    assert registry.regions()["131016"].name == "千代田区"
    assert not any(candidate.region.name == "古い名" for candidate in candidates())
