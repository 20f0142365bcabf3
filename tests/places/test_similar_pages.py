"""The page that shows which towns are alike, and the form that leads to it."""

import pytest
from django.urls import reverse

from taxonomy import registry
from taxonomy.models import Region
from taxonomy.similar import DIMENSIONS, nearest
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.django_db

IIYAMA, FUTABA, NAKA = "202134", "075469", "141046"


def similar(client, code):
    response = client.get(reverse("places:similar", args=[code]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_twenty_nearest_with_their_numbers_reasons_and_cases(client):
    first, second, *_ = nearest(registry.regions()[IIYAMA])
    CaseStudyFactory.create_batch(2, published=True, regions=[Region.objects.get(code=first.region.code)])

    html = similar(client, IIYAMA)

    assert html.count("ちがいの点数") == 21  # the formula names it, too
    assert html.index(first.region.full_name) < html.index(second.region.full_name)
    for text in (f"{first.region.population:,}人", f"{first.region.elderly_ratio}%", *first.reasons):
        assert text in html
    assert f'href="/cases/?region={first.region.code}">{first.region.name}の事例2件</a>' in html


def test_the_formula_is_told_with_its_weights(client):
    html = client.get(reverse("places:choose_similar")).content.decode()

    for dimension in DIMENSIONS:
        assert f">{dimension.weight}</td>" in html
        assert dimension.rule in html


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (NAKA, "横浜市としてくらべています"),
        (FUTABA, "人口・高齢化率・人口密度を外してくらべています"),
        ("20", "長野県に似た都道府県"),
        ("131016", "東京都千代田区に似た町"),
        ("203041", "同じ種類（村）"),
    ],
)
def test_it_says_honestly_how_it_compares(client, code, told):
    assert told in similar(client, code)


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("?region=202134", "/regions/202134/similar/"),
        ("?region=20&municipality=202134", "/regions/202134/similar/"),
        ("?region=20&municipality=", "/regions/20/similar/"),
        ("?region=20", None),
        ("?region=00&municipality=", None),
        ("?region=99", None),
    ],
)
def test_a_town_is_chosen_with_and_without_scripts(client, query, leads_to):
    response = client.get(reverse("places:choose_similar") + query)

    assert response.headers.get("Location") == leads_to


def test_the_first_step_without_scripts_asks_for_the_municipality(client):
    html = client.get(reverse("places:choose_similar"), {"region": "20"}).content.decode()

    assert "長野県のどの市区町村かを選んでください" in html
    assert '<option value="202134">飯山市</option>' in html


def test_query_count_does_not_grow(client, django_assert_num_queries):
    similar(client, IIYAMA)
    CaseStudyFactory.create_batch(3, published=True, regions=[Region.objects.get(code="182061")])

    with django_assert_num_queries(2):  # the number of the last write, the cases of all twenty
        similar(client, IIYAMA)
