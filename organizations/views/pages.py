"""Pages of the organizations."""

from dataclasses import dataclass

from django.urls import reverse

from organizations.models import Membership, Organization, OrganizationKind
from organizations.related import CASES_SHOWN, related_to
from publishing.workflow import available_actions
from search.lists import SearchableListView
from search.pages import SearchableDetailView


class OrganizationListView(SearchableListView):
    model = Organization
    template_name = "organizations/organization_list.html"
    title = "団体"
    data_name = "organizations"
    organization_kinds = dict(OrganizationKind.choices)


class OrganizationDetailView(SearchableDetailView):
    model = Organization
    template_name = "organizations/organization_detail.html"

    def around(self, pk, body):
        found = related_to(pk, body)
        has_more = found["cases"].total > CASES_SHOWN
        return {
            **found,
            "more_url": _cases_naming(body.title) if has_more else "",
            "bar": _bar(self.request.user, pk),
        }


def _cases_naming(name: str) -> str:
    """The address of all cases in which the name stands: a case's own organization is among its key texts."""
    return reverse("cases:list", query={"q": f'"{name}"'})


@dataclass(frozen=True)
class MemberBar:
    """What members see above their organization's page, and what managers of members see there."""

    organization: Organization
    membership: Membership | None
    actions: set[str]


def _bar(user, pk) -> MemberBar | None:
    # Visitors without a session, nearly all, are asked nothing: no query.
    if user.is_anonymous:
        return None
    membership = Membership.objects.filter(user=user, organization=pk).first()
    if membership is None and not user.has_perm("organizations.manage_members"):
        return None
    organization = Organization.objects.get(pk=pk)
    return MemberBar(organization, membership, available_actions(organization, user) if membership else set())
