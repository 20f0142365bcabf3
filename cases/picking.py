"""What the forms of cases let people choose by words: cases, organizations, policies and events."""

from django.urls import reverse

from cases.models import CaseStudy
from events.models import Event
from organizations.models import Organization
from organizations.picking import Pick, first_of, matching_organizations, number_in, pick_from
from policies.models import Policy
from taxonomy.wareki import fiscal_year


def _pick(name, allowed, chosen, text, matching, detail) -> Pick:
    url = reverse("cases:pick", args=[name])
    return pick_from(name, allowed, chosen, text, matching, detail, url=url, several=name != "origin")


def pick_origin(chosen: list[str], text: str, allowed=None) -> Pick:
    """``allowed``: the cases that may be chosen, by default the published ones."""
    cases = (CaseStudy.objects.published() if allowed is None else allowed).select_related("organization")
    return _pick("origin", cases, chosen, text, _matching_cases, lambda case: case.organization.name)


def pick_partners(chosen: list[str], text: str, allowed=None) -> Pick:
    organizations = Organization.objects.published() if allowed is None else allowed
    kind = Organization.get_kind_display
    return _pick("partner_organizations", organizations, chosen, text, matching_organizations, kind)


def pick_policies(chosen: list[str], text: str, allowed=None) -> Pick:
    policies = (Policy.objects.published() if allowed is None else allowed).select_related("organization")
    return _pick("policies", policies, chosen, text, _matching_policies, _owner_and_year)


def pick_events(chosen: list[str], text: str, allowed=None) -> Pick:
    events = (Event.objects.published() if allowed is None else allowed).select_related("organization")
    return _pick("events", events, chosen, text, _matching_events, lambda event: event.when)


def pick_cases(chosen: list[str], text: str) -> Pick:
    cases = CaseStudy.objects.published().select_related("organization")
    return _pick("cases", cases, chosen, text, _matching_cases, lambda case: case.organization.name)


PICKS = {
    "origin": pick_origin,
    "partner_organizations": pick_partners,
    "policies": pick_policies,
    "events": pick_events,
    "cases": pick_cases,
}


def _matching_cases(cases, text: str) -> list[CaseStudy]:
    if number := number_in(text, "cases"):
        return list(cases.filter(pk=number))
    return first_of([cases.filter(title__icontains=text), cases.matching(text)])


def _matching_policies(policies, text: str) -> list[Policy]:
    if number := number_in(text, "policies"):
        return list(policies.filter(pk=number))
    return first_of([policies.filter(title__icontains=text), policies.matching(text)])


def _matching_events(events, text: str) -> list[Event]:
    if number := number_in(text, "events"):
        return list(events.filter(pk=number))
    return first_of([events.filter(title__icontains=text), events.matching(text)])


def _owner_and_year(policy: Policy) -> str:
    return f"{policy.organization.name}、{fiscal_year(policy.fiscal_year)}"
