"""The facets of the list of policies."""

from django.core.cache import cache

from organizations.models import Organization
from policies.models import Applicant, Policy, PolicyKind
from search import generation
from search.choices import ChoiceFacet
from taxonomy.wareki import fiscal_year

NAMES_ARE_KEPT = 15 * 60


def policy_facets() -> tuple[ChoiceFacet, ...]:
    """Facets with the ministries and years that there are now; kept until the next write of a policy."""
    key = generation.cache_key(Policy.search_kind, "facets")
    facets = cache.get(key)
    if facets is None:
        facets = _facets()
        cache.set(key, facets, NAMES_ARE_KEPT)
    return facets


def _facets() -> tuple[ChoiceFacet, ...]:
    listed = Policy.objects.listed()
    owners = Organization.objects.filter(pk__in=listed.values("organization")).order_by("name", "pk")
    years = listed.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
    return (
        ChoiceFacet("open", "申請の受付", {"now": "いま申請できる"}),
        ChoiceFacet("for", "対象", dict(Applicant.choices)),
        ChoiceFacet("kind", "種類", dict(PolicyKind.choices)),
        ChoiceFacet("year", "年度", {str(year): fiscal_year(year) for year in years}),
        ChoiceFacet("ministry", "所管する機関", {str(pk): name for pk, name in owners.values_list("pk", "name")}),
    )
