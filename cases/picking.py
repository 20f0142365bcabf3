"""Choosing cases, organizations and policies by a number, an address or words, with and without JavaScript.

One list serves both: what is chosen already, then what fits the words. htmx renews it while somebody types;
without it the button 「探す」 sends the form and brings the same list.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Q

from cases.models import CaseStudy
from events.models import Event
from organizations.models import Organization
from policies.models import Policy
from taxonomy.suggestions import folded
from taxonomy.wareki import fiscal_year

MOST_MATCHES = 8
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Choice:
    pk: int
    label: str
    detail: str
    is_chosen: bool


@dataclass(frozen=True)
class Pick:
    """The list for one field: `several` may be chosen or one, `text` is what was typed."""

    name: str
    several: bool
    text: str
    choices: list[Choice]
    match_pks: frozenset[int]

    @property
    def has_found(self) -> bool:
        return bool(self.match_pks)

    @property
    def has_chosen(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)

    @property
    def is_undecided(self) -> bool:
        """Whether words stand there and nothing that fits them was chosen."""
        chosen = {choice.pk for choice in self.choices if choice.is_chosen}
        return bool(self.text) and not (chosen & self.match_pks)


def pick_origin(chosen: list[str], text: str, allowed=None) -> Pick:
    """``allowed``: the cases that may be chosen, by default the published ones."""
    cases = (CaseStudy.objects.published() if allowed is None else allowed).select_related("organization")
    return _pick("origin", cases, chosen[:1], text, _matching_cases, lambda case: case.organization.name)


def pick_partners(chosen: list[str], text: str, allowed=None) -> Pick:
    organizations = Organization.objects.published() if allowed is None else allowed
    return _pick(
        "partner_organizations",
        organizations,
        chosen[:100],
        text,
        _matching_organizations,
        Organization.get_kind_display,
    )


def pick_policies(chosen: list[str], text: str, allowed=None) -> Pick:
    policies = (Policy.objects.published() if allowed is None else allowed).select_related("organization")
    return _pick("policies", policies, chosen[:100], text, _matching_policies, _owner_and_year)


def pick_events(chosen: list[str], text: str, allowed=None) -> Pick:
    events = (Event.objects.published() if allowed is None else allowed).select_related("organization")
    return _pick("events", events, chosen[:100], text, _matching_events, lambda event: event.when)


def pick_cases(chosen: list[str], text: str) -> Pick:
    cases = CaseStudy.objects.published().select_related("organization")
    return _pick("cases", cases, chosen[:100], text, _matching_cases, lambda case: case.organization.name)


PICKS = {
    "origin": pick_origin,
    "partner_organizations": pick_partners,
    "policies": pick_policies,
    "events": pick_events,
    "cases": pick_cases,
}


def undecided(pick: Pick) -> str:
    """What to do about words that stand there without a choice."""
    if pick.has_found:
        return "候補から選んでください。選ばないときは、探す言葉を消してください。"
    return f"「{pick.text[:30]}」は見つかりません。言葉を変えて探すか、消してください。"


def _pick(name, allowed, chosen, text, matching, detail) -> Pick:
    text = unicodedata.normalize("NFKC", text).strip()[:LONGEST_TEXT]
    pks = [pk for pk in map(str, chosen) if pk.isascii() and pk.isdigit() and len(pk) < 19]
    taken = list(allowed.filter(pk__in=pks).order_by("pk")) if pks else []
    matches = matching(allowed, text) if text else []
    choices = [Choice(each.pk, str(each), detail(each), True) for each in taken]
    choices += [Choice(each.pk, str(each), detail(each), False) for each in matches if each not in taken]
    return Pick(name, name != "origin", text, choices, frozenset(each.pk for each in matches))


def _number(text: str, folder: str) -> int | None:
    """The number that was typed by itself or stands in the address of a page."""
    found = re.fullmatch(r"\d{1,18}", text, re.ASCII) or re.search(rf"/{folder}/(\d{{1,18}})(?:/|$)", text, re.ASCII)
    return int(found[found.lastindex or 0]) if found else None


def _matching_cases(cases, text: str) -> list[CaseStudy]:
    if number := _number(text, "cases"):
        return list(cases.filter(pk=number))
    return _first([cases.filter(title__icontains=text), cases.matching(text)])


def _matching_organizations(organizations, text: str) -> list[Organization]:
    if number := _number(text, "organizations"):
        return list(organizations.filter(pk=number))
    named = organizations.filter(Q(name__icontains=text) | Q(name_kana__icontains=folded(text)))
    return _first([named, organizations.matching(text)])


def _matching_policies(policies, text: str) -> list[Policy]:
    if number := _number(text, "policies"):
        return list(policies.filter(pk=number))
    return _first([policies.filter(title__icontains=text), policies.matching(text)])


def _matching_events(events, text: str) -> list[Event]:
    if number := _number(text, "events"):
        return list(events.filter(pk=number))
    return _first([events.filter(title__icontains=text), events.matching(text)])


def _owner_and_year(policy: Policy) -> str:
    return f"{policy.organization.name}、{fiscal_year(policy.fiscal_year)}"


def _first(querysets) -> list:
    """The newest that fit, those of the first queryset before those of the next."""
    found = []
    for queryset in querysets:
        if len(found) < MOST_MATCHES:
            found += [each for each in queryset.newest_first()[:MOST_MATCHES] if each not in found]
    return found[:MOST_MATCHES]
