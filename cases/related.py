"""The cases to read next: in the same prefecture, in the same field elsewhere, of the same organization."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from cases.models import CaseStudy
from search.cards import filled
from search.matching import hits_by_condition
from search.query import all_of, any_of, quote
from taxonomy.models import NATION_CODE

CARDS = 3


@dataclass
class Related:
    """Three short lists of cards, newest first; no case stands in two of them."""

    same_organization: list[SafeString]
    nearby: list[SafeString]
    same_theme: list[SafeString]


def related_to(case) -> Related:
    """In one query; ``case`` comes from `for_detail`."""
    kind = CaseStudy.search_kind
    found = hits_by_condition(kind, _conditions(case), CARDS, leaving_out=case.pk)
    names = ("same_organization", "nearby", "same_theme")
    return Related(**{name: filled(found.get(name, ()), kind) for name in names})


def _conditions(case) -> dict[str, str]:
    """Conditions on the index by list; each leaves out what stands in the lists before it."""
    of_organization = quote(f"by:{case.organization_id}")
    conditions = {"same_organization": of_organization}
    elsewhere = [f"!{of_organization}"]
    if prefectures := sorted({code[:2] for code in case.region_codes} - {NATION_CODE}):
        here = any_of(quote(f"in:{code}") for code in prefectures)
        conditions["nearby"] = all_of([here, *elsewhere])
        elsewhere.append(f"!{here}")
    if case.theme_slugs:
        conditions["same_theme"] = all_of([any_of(quote(f"theme:{slug}") for slug in case.theme_slugs), *elsewhere])
    return conditions
