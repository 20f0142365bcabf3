"""Pages of the organizations."""

from django.contrib.auth.decorators import login_not_required
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.text import Truncator
from django.views.generic import DetailView

from organizations.models import Organization, OrganizationKind
from search.lists import SearchableListView, cards_of
from taxonomy import registry

CASES_SHOWN = 10


class OrganizationListView(SearchableListView):
    model = Organization
    template_name = "organizations/organization_list.html"
    title = "団体"
    organization_kinds = dict(OrganizationKind.choices)


@method_decorator(login_not_required, name="dispatch")
class OrganizationDetailView(DetailView):
    http_method_names = ["get", "head", "options"]
    template_name = "organizations/organization_detail.html"
    context_object_name = "organization"

    def get_queryset(self):
        return Organization.objects.visible_to(self.request.user).for_detail()

    def get_context_data(self, **kwargs):
        organization = self.object
        # One more than is shown tells whether there are more.
        cases = _newest(organization.cases, CASES_SHOWN + 1)
        partner_cases = _newest(organization.partner_cases, CASES_SHOWN)
        return super().get_context_data(
            regions=[registry.regions()[code] for code in organization.region_codes],
            themes=[registry.themes()[slug] for slug in organization.theme_slugs],
            cases=cards_of("case", cases[:CASES_SHOWN]),
            more_url=_cases_naming(organization) if len(cases) > CASES_SHOWN else "",
            partner_cases=cards_of("case", partner_cases),
            # The subject of an inquiry holds 100 characters.
            subject=f"団体「{Truncator(organization.name).chars(50)}」について",
            breadcrumb=[("団体", reverse("organizations:list")), (organization.name, None)],
            **kwargs,
        )


def _newest(cases, count: int) -> list[int]:
    return list(cases.published().newest_first().values_list("pk", flat=True)[:count])


def _cases_naming(organization) -> str:
    """The address of all cases in which the name stands: a case's own organization is among its key texts."""
    return reverse("cases:list", query={"q": f'"{organization.name}"'})
