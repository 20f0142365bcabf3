"""Which towns are alike."""

from itertools import product

import pytest

from taxonomy import registry
from taxonomy.models import RegionKind
from taxonomy.similar import DIMENSIONS, area_ha, distance, left_out, nearest, people

pytestmark = pytest.mark.django_db

IIYAMA, FUTABA, YOKOHAMA, NAKA_WARD, CHIYODA = "202134", "075469", "141003", "141046", "131016"
MUNICIPALITY = {RegionKind.CITY, RegionKind.TOWN, RegionKind.VILLAGE, RegionKind.SPECIAL_WARD}


def _region(code):
    return registry.regions()[code]


def test_distance_is_symmetric_between_0_and_1_and_0_to_itself():
    some = [*list(registry.regions().values())[::40], *map(_region, (FUTABA, YOKOHAMA, NAKA_WARD, CHIYODA, "00"))]

    for one, other in product(some, some):
        assert 0 <= distance(one, other) == distance(other, one) <= 1
    assert {distance(region, region) for region in registry.regions().values()} == {0}
    assert sum(dimension.weight for dimension in DIMENSIONS) == 100


def test_every_region_has_neighbours_of_its_level_in_a_total_order():
    """Every seventh of each kind: the others differ in numbers only."""
    regions = sorted(registry.regions().values(), key=lambda region: (region.kind, region.code))[::7]

    for region in regions:
        found = nearest(region)
        order = [(one.distance, one.region.code) for one in found]
        levels = {one.region.kind for one in found}
        assert order == sorted(set(order))
        assert region not in [one.region for one in found]
        assert levels <= ({RegionKind.PREFECTURE} if region.kind == RegionKind.PREFECTURE else MUNICIPALITY)
        assert len(found) == (0 if region.kind == RegionKind.NATION else 20)


def test_reasons_tell_the_values_of_the_other_town():
    found = nearest(_region(IIYAMA))

    assert found[0].distance < 0.1
    assert all(one.reasons for one in found)
    told = next(one for one in found if any(reason.startswith("人口が近い") for reason in one.reasons))
    assert f"人口が近い（{people(told.region.population)}）" in told.reasons
    assert "同じ種類（市）" in told.reasons


def test_unknown_values_are_left_out_and_never_taken_for_zero():
    """Nobody lived in 双葉町 at the census: it is like its neighbours, and no small town is like it for its numbers."""
    futaba = _region(FUTABA)
    smallest = min(
        (r for r in registry.regions().values() if r.kind == RegionKind.TOWN and r.population),
        key=lambda r: r.population,
    )

    found = nearest(futaba)

    assert [dimension.name for dimension in left_out(futaba)] == ["population", "ratio", "density"]
    assert {one.region.county for one in found[:5]} == {"双葉郡"}
    assert not any("近い" in reason for one in found for reason in one.reasons)
    assert futaba not in [one.region for one in nearest(smallest, 2_000)]
    assert left_out(_region(IIYAMA)) == []


def test_a_ward_is_compared_as_its_city_and_designated_cities_are_a_kind_of_their_own():
    found = nearest(_region(NAKA_WARD))

    assert found == nearest(_region(YOKOHAMA))
    assert found[0].region.is_designated_city
    assert "同じ種類（指定都市）" in found[0].reasons
    assert distance(_region(NAKA_WARD), _region(YOKOHAMA)) == 0


def test_the_area_of_a_prefecture_is_that_of_its_municipalities():
    assert 1_350_000 < area_ha(_region("20")) < 1_360_000
    assert area_ha(_region(NAKA_WARD)) is None
    assert {one.region.kind for one in nearest(_region("20"))} == {RegionKind.PREFECTURE}


def test_neighbours_are_worked_out_once_and_forgotten_with_the_registry():
    first = nearest(_region(CHIYODA))[0]
    assert nearest(_region(CHIYODA))[0] is first

    registry.clear()

    assert nearest(_region(CHIYODA))[0] is not first
    assert nearest(_region(CHIYODA))[0].region == first.region


@pytest.mark.parametrize(
    ("count", "words"),
    [(3_777_491, "378万人"), (19_539, "2万人"), (18_539, "1万9千人"), (9_960, "1万人"), (4_229, "4,200人"), (0, "0人")],
)
def test_people_in_round_words(count, words):
    assert people(count) == words
