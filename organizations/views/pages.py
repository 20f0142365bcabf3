"""Pages of the organizations."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from organizations.models import Membership, Organization, OrganizationKind
from publishing.workflow import available_actions
from search.cards import filled
from search.lists import SearchableListView
from search.matching import hits_by_condition
from search.pages import SearchableDetailView
from search.query import any_of, quote
from search.request import Period

CASES_SHOWN = 10
EVENTS_SHOWN = 5
# The search kinds of what stands on the page, without an import of the apps that come later.
CASE_KIND, EVENT_KIND = "case", "event"


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
        takes_part = any_of([quote(f"by:{pk}"), quote(f"with:{pk}")])
        coming = Period(first=timezone.localdate())
        events = hits_by_condition(EVENT_KIND, {"coming": takes_part}, EVENTS_SHOWN, period=coming)["coming"]
        return {
            "cases": filled(found["own"][:CASES_SHOWN], CASE_KIND),
            "more_url": _cases_naming(body.title) if len(found["own"]) > CASES_SHOWN else "",
            "events": filled(events, EVENT_KIND),
            "partner_cases": filled(found["partner"][:CASES_SHOWN], CASE_KIND),
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
