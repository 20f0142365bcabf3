"""「似た町の順」: the town's own cases, those of the towns most like it, then the rest by date."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from search.matching import page_of_hits
from search.request import Request, Sort
from taxonomy import registry
from taxonomy.models import Region, Theme
from taxonomy.similar import nearest
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.django_db

IIYAMA, NAKA, YOKOHAMA, FAR = "202134", "141046", "141003", "473812"


def cases_at(*places, **fields):
    """One case each, the first the newest; their ids."""
    now = timezone.now()
    return [
        CaseStudyFactory(
            published=True,
            published_at=now - timedelta(days=number),
            regions=Region.objects.filter(code__in=codes.split()),
            **fields,
        ).pk
        for number, codes in enumerate(places)
    ]


def found(code, offset=0, limit=50, total=None):
    request = Request("case", region=code, sort=Sort.SIMILAR)
    return [hit.object_id for hit in page_of_hits(request, offset, limit, total)]


@pytest.fixture
def towns():
    return [one.region.code for one in nearest(registry.regions()[IIYAMA])]


# 61 is more than one pass over all hits is made for.
@pytest.mark.parametrize("total", [None, 61, 9])
def test_own_first_then_the_nearest_towns_then_by_date(towns, total):
    first, second, *_, last = towns
    places = [FAR, last, second, f"{FAR} {first}", first, f"{last} {IIYAMA}", "20", IIYAMA, "00"]
    far, at_last, at_second, also_first, at_first, also_own, prefecture, own, nation = cases_at(*places)

    expected = [also_own, own, also_first, at_first, at_second, at_last, far, prefecture, nation]

    assert found(IIYAMA, total=total) == expected
    # Page after page the same, each once.
    assert [pk for start in range(0, 9, 2) for pk in found(IIYAMA, start, 2, total)] == expected


def test_a_ward_comes_before_the_rest_of_its_city():
    elsewhere, city, other_ward, ward = cases_at(FAR, YOKOHAMA, "141038", NAKA)

    assert found(NAKA) == [ward, city, other_ward, elsewhere]


def test_the_list_offers_it_for_municipalities_and_keeps_the_other_filters(client, towns):
    housing = list(Theme.objects.filter(slug="housing"))
    elsewhere, near, own = cases_at(FAR, towns[0], IIYAMA, themes=housing)
    cases_at(IIYAMA)
    address = {"region": IIYAMA, "sort": "similar", "theme": "housing"}

    response = client.get(reverse("cases:list"), address)

    html = response.content.decode()
    places = [html.index(f'href="/cases/{pk}/"') for pk in (own, near, elsewhere)]
    assert places == sorted(places)
    assert response.context["total"] == 3
    assert "似た市町村の事例を、似ている順に並べています" in html
    assert "地域：長野県飯山市" not in [one.label for one in response.context["filters"]]
    assert '<input type="hidden" name="sort" value="similar">' in html
    # A prefecture or a municipality that is chosen from here is a filter again.
    assert 'href="?region=20&amp;theme=housing"' in html


@pytest.mark.parametrize("query", ["?sort=similar", "?region=20&sort=similar", "?region=00&sort=similar&page=999999"])
def test_without_a_municipality_it_is_the_usual_order(client, query):
    cases_at(FAR, IIYAMA)

    response = client.get(reverse("cases:list") + query)

    assert response.status_code == 200
    assert "似た町の順" not in response.content.decode()


def test_words_and_bad_pages_are_no_trouble(client, towns):
    (own,) = cases_at(IIYAMA, title="朝市の送迎")
    cases_at(towns[0], title="朝市の送迎")

    found = client.get(reverse("cases:list"), {"region": IIYAMA, "sort": "similar", "q": "送迎", "page": "999999"})
    nothing = client.get(reverse("cases:list"), {"region": IIYAMA, "sort": "similar", "q": "qwertyuiop"})

    assert found.context["total"] == 2
    assert f"/cases/{own}/" in found.content.decode()
    assert nothing.status_code == 200
    assert "地域を" not in nothing.content.decode()


def test_query_count_does_not_grow(client, towns, django_assert_num_queries):
    address = {"region": IIYAMA, "sort": "similar"}
    for count in (1, 3):
        for _ in range(count):
            cases_at(towns[0])
        with django_assert_num_queries(3):  # the number of the last write, counts, one page
            client.get(reverse("cases:list"), address)
