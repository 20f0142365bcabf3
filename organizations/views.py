"""Pages of the organizations."""

from django.urls import reverse
from django.views.decorators.http import require_http_methods

from organizations.models import Organization, OrganizationKind
from search.cards import filled
from search.lists import SearchableListView
from search.matching import hits_by_condition
from search.pages import SearchableDetailView
from search.query import quote

CASES_SHOWN = 10
# The search kind of what stands on the page, without an import of the app that comes later.
CASE_KIND = "case"


class OrganizationListView(SearchableListView):
    model = Organization
    template_name = "organizations/organization_list.html"
    title = "団体"
    organization_kinds = dict(OrganizationKind.choices)


class OrganizationDetailView(SearchableDetailView):
    model = Organization
    template_name = "organizations/organization_detail.html"

    def around(self, pk, body):
        # One more than is shown tells whether there are more.
        conditions = {"own": quote(f"by:{pk}"), "partner": quote(f"with:{pk}")}
        found = hits_by_condition(CASE_KIND, conditions, CASES_SHOWN + 1)
        return {
            "cases": filled(found["own"][:CASES_SHOWN], CASE_KIND),
            "more_url": _cases_naming(body.title) if len(found["own"]) > CASES_SHOWN else "",
            "partner_cases": filled(found["partner"][:CASES_SHOWN], CASE_KIND),
        }


def _cases_naming(name: str) -> str:
    """The address of all cases in which the name stands: a case's own organization is among its key texts."""
    return reverse("cases:list", query={"q": f'"{name}"'})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    raise NotImplementedError
