"""The cases to read next: those that followed it, of the same organization, nearby, in the same field elsewhere."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from cases.models import CaseStudy
from search.cards import filled
from search.matching import hits_by_condition
from search.pages import Body
from search.query import all_of, facet_is, quote

CARDS = 3


@dataclass
class Related:
    """Short lists of cards, newest first; no case stands in two of the last three."""

    followers: list[SafeString]
    same_organization: list[SafeString]
    nearby: list[SafeString]
    same_theme: list[SafeString]


def related_to(pk: int, body: Body) -> Related:
    """What stands below the page of the case ``pk``, in one query."""
    kind = CaseStudy.search_kind
    found = hits_by_condition(kind, _conditions(pk, body), CARDS, leaving_out=pk, common=("nearby", "same_theme"))
    names = ("followers", "same_organization", "nearby", "same_theme")
    return Related(**{name: filled(found.get(name, ()), kind) for name in names})


def _conditions(pk: int, body: Body) -> dict[str, str]:
    """Conditions on the index by list; each leaves out what stands in the lists before it."""
    of_organization = facet_is("by", body.values("by"))
    conditions = {"followers": quote(f"from:{pk}"), "same_organization": of_organization}
    elsewhere = [f"!{of_organization}"]
    if prefectures := [code for code in body.values("in") if len(code) == 2]:
        here = facet_is("in", prefectures)
        conditions["nearby"] = all_of([here, *elsewhere])
        elsewhere.append(f"!{here}")
    if themes := body.values("theme"):
        conditions["same_theme"] = all_of([facet_is("theme", themes), *elsewhere])
    return conditions
