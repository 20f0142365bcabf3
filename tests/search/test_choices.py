"""Facets that only one list has."""

from itertools import combinations

from organizations.models import OrganizationKind
from policies.models import Applicant, PolicyKind
from search import facet_codes
from search.choices import ChoiceFacet, toggled

NAMES = ("open", "for", "kind", "year", "ministry")
YEAR = ChoiceFacet("year", "年度", {"2024": "令和6年度", "2025": "令和7年度"})
KIND = ChoiceFacet("kind", "種類", {"budget": "予算"})


def test_no_two_facets_share_their_numbers():
    ranges = [facet_codes.choices_of(name) for name in NAMES]
    ranges += [facet_codes.KINDS, facet_codes.THEMES, facet_codes.PREFECTURES]

    assert not [pair for pair in combinations(ranges, 2) if set(pair[0][:1]) & set(pair[1])]
    assert max(one.stop for one in ranges) < 2**31


def test_no_two_values_share_a_number():
    values = [("for", value) for value in Applicant.values]
    values += [("kind", value) for value in PolicyKind.values]
    values += [("year", str(year)) for year in range(1989, 2101)]
    values += [("ministry", str(pk)) for pk in range(1, 500)]

    assert len({facet_codes.of_choice(*value) for value in values}) == len(values)
    assert len({facet_codes.of_kind(kind) for kind in OrganizationKind.values}) == len(OrganizationKind.values)


def test_a_value_is_switched_on_and_off_and_leaves_the_others_alone():
    chosen = toggled((), YEAR, "2025")
    chosen = toggled(chosen, KIND, "budget")
    chosen = toggled(chosen, YEAR, "2024")

    assert chosen == ((KIND, ("budget",)), (YEAR, ("2025", "2024")))
    assert toggled(toggled(chosen, YEAR, "2025"), YEAR, "2024") == ((KIND, ("budget",)),)
