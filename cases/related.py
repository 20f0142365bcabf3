"""The cases to read next: in the same prefecture, in the same field elsewhere, of the same organization."""

from dataclasses import dataclass

from django.db.models import Q, Value

from cases.models import CaseStudy
from search.models import Entry
from search.query import all_of, any_of, quote
from taxonomy.models import NATION_CODE

CARDS = 3


@dataclass
class Related:
    """Three short lists of published cases, newest first; no case stands in two of them."""

    nearby: list[CaseStudy]
    same_theme: list[CaseStudy]
    same_organization: list[CaseStudy]

    def all(self) -> list[CaseStudy]:
        return [*self.nearby, *self.same_theme, *self.same_organization]


def related_to(case) -> Related:
    """In two queries; ``case`` comes from `for_detail`."""
    found = _from_the_index(case)
    of_organization = (
        CaseStudy.objects.published()
        .filter(organization=case.organization_id)
        .exclude(pk=case.pk)
        .newest_first()
        .values("pk")[:CARDS]
    )
    ids = [pk for group in found.values() for pk in group]
    cases = CaseStudy.objects.published().filter(Q(pk__in=ids) | Q(pk__in=of_organization)).for_list().newest_first()
    by_id = {other.pk: other for other in cases if other.pk != case.pk}

    same_organization = [other for other in by_id.values() if other.organization_id == case.organization_id][:CARDS]
    shown = {case.pk, *(other.pk for other in same_organization)}
    lists = {}
    for name in ("nearby", "same_theme"):
        lists[name] = [by_id[pk] for pk in found.get(name, ()) if pk in by_id and pk not in shown][:CARDS]
        shown.update(other.pk for other in lists[name])
    return Related(**lists, same_organization=same_organization)


def _from_the_index(case) -> dict[str, list[int]]:
    """Ids of the newest cases by list; more than are shown, as some will stand in another list already."""
    prefectures = sorted({code[:2] for code in case.region_codes} - {NATION_CODE})
    here = any_of(quote(f"in:{code}") for code in prefectures) if prefectures else ""
    theme = any_of(quote(f"theme:{slug}") for slug in case.theme_slugs) if case.theme_slugs else ""
    conditions = {"nearby": here, "same_theme": all_of([theme, f"!{here}"]) if theme and here else theme}
    branches = [
        Entry.objects.filter(kind=CaseStudy.search_kind)
        .matching(tsquery)
        .annotate(list_name=Value(name))
        .order_by("-published_at", "-object_id")
        .values_list("list_name", "object_id")[: 3 * CARDS + 1]
        for name, tsquery in conditions.items()
        if tsquery
    ]
    found: dict[str, list[int]] = {}
    for name, pk in branches[0].union(*branches[1:], all=True) if branches else ():
        found.setdefault(name, []).append(pk)
    return found
