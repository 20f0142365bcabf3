"""Choosing organizations, and other things, by a number, an address or words, with and without JavaScript.

One list serves both: what is chosen already, then what fits the words. htmx renews it while somebody types;
without it the button 「探す」 sends the form and brings the same list.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from organizations.models import Organization
from taxonomy.suggestions import folded

MOST_MATCHES = 8
MOST_CHOSEN = 100
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Choice:
    pk: int
    label: str
    detail: str
    is_chosen: bool


@dataclass(frozen=True)
class Pick:
    """The list for one field: `several` may be chosen or one, `text` is what was typed, `url` gives the list anew."""

    name: str
    several: bool
    text: str
    choices: list[Choice]
    match_pks: frozenset[int]
    url: str

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


def undecided(pick: Pick) -> str:
    """What to do about words that stand there without a choice."""
    if pick.has_found:
        return "候補から選んでください。選ばないときは、探す言葉を消してください。"
    return f"「{pick.text[:30]}」は見つかりません。言葉を変えて探すか、消してください。"


def pick_organizations(name: str, chosen: list[str], text: str, allowed=None) -> Pick:
    """For the field ``name``; ``allowed``: what may be chosen, by default the published ones."""
    organizations = Organization.objects.published() if allowed is None else allowed
    url = reverse("organizations:pick", args=[name])
    return pick_from(name, organizations, chosen, text, matching_organizations, Organization.get_kind_display, url=url)


def pick_from(
    name: str, allowed, chosen: list[str], text: str, matching: Callable, detail: Callable, *, url: str, several=True
) -> Pick:
    """What of ``allowed``, a queryset, is ``chosen`` and what fits ``text`` by ``matching(allowed, text)``."""
    text = unicodedata.normalize("NFKC", text).strip()[:LONGEST_TEXT]
    chosen = chosen[: MOST_CHOSEN if several else 1]
    pks = [pk for pk in map(str, chosen) if pk.isascii() and pk.isdigit() and len(pk) < 19]
    taken = list(allowed.filter(pk__in=pks).order_by("pk")) if pks else []
    matches = matching(allowed, text) if text else []
    choices = [Choice(each.pk, str(each), detail(each), True) for each in taken]
    choices += [Choice(each.pk, str(each), detail(each), False) for each in matches if each not in taken]
    return Pick(name, several, text, choices, frozenset(each.pk for each in matches), url)


def matching_organizations(organizations, text: str) -> list[Organization]:
    if number := number_in(text, "organizations"):
        return list(organizations.filter(pk=number))
    named = organizations.filter(Q(name__icontains=text) | Q(name_kana__icontains=folded(text)))
    return first_of([named, organizations.matching(text)])


def number_in(text: str, folder: str) -> int | None:
    """The number that was typed by itself or stands in the address of a page."""
    found = re.fullmatch(r"\d{1,18}", text, re.ASCII) or re.search(rf"/{folder}/(\d{{1,18}})(?:/|$)", text, re.ASCII)
    return int(found[found.lastindex or 0]) if found else None


def first_of(querysets) -> list:
    """The newest that fit, those of the first queryset before those of the next."""
    found = []
    for queryset in querysets:
        if len(found) < MOST_MATCHES:
            found += [each for each in queryset.newest_first()[:MOST_MATCHES] if each not in found]
    return found[:MOST_MATCHES]
