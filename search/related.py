"""What stands around the page of one thing: short lists of others, each with why it is there; all in one statement."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from search.cards import Hit, filled
from search.matching import Wanted, hits_in_turn, rare_terms, stands_often, synonyms
from search.pages import Body
from search.query import all_of, any_of, facet_is, parse, quote
from search.request import Period, Request, Sort
from taxonomy.models import NATION_CODE

CARDS = 3
# Of a title's words so many are compared; two of them must be there.
WORDS = 4

FIELD_AND_PLACE, FIELD, PLACE = "同じ分野・同じ都道府県", "同じ分野", "同じ都道府県"
FIELD_AND_NATION, TAG, WORD = "同じ分野・全国", "同じタグ", "近い言葉"


@dataclass(frozen=True)
class List:
    """A list of one kind. ``reasons`` are pairs of what is said and a tsquery text, the closest first; "" says nothing.

    A thing that meets several stands there for the first.
    """

    kind: str
    reasons: list[tuple[str, str]]
    limit: int = CARDS
    leaving_out: int = 0
    period: Period | None = None
    # Those of the reasons for which a large part of all entries is there.
    common: frozenset[str] = frozenset()
    is_counted: bool = False
    # What stands on the page already.
    but: frozenset[int] = frozenset()

    def wanted(self) -> list[Wanted]:
        request = Request(self.kind, period=self.period, sort=Sort.DATE if self.period else Sort.RELEVANCE)
        limit = self.limit + len(self.but)
        return [
            Wanted(request, condition, why in self.common, limit, self.leaving_out, self.is_counted)
            for why, condition in self.reasons
        ]


@dataclass(frozen=True)
class Neighbour:
    """Something that was found, and why."""

    hit: Hit
    why: str
    card: SafeString
    url: str


@dataclass(frozen=True)
class Around:
    """What was found for one list; ``total`` where it was asked."""

    neighbours: list[Neighbour] = field(default_factory=list)
    total: int = 0

    def __bool__(self):
        return bool(self.neighbours)

    def __iter__(self):
        return iter(self.neighbours)

    @property
    def cards(self) -> list[SafeString]:
        return [neighbour.card for neighbour in self.neighbours]


# The addresses of what is found, by kind, without an import of the apps that come later.
PAGES: dict[str, str] = {
    "case": "cases:detail",
    "policy": "policies:detail",
    "event": "events:detail",
    "organization": "organizations:detail",
    "topic": "forum:topic",
}
# The kinds beside which things of other kinds stand, with the heading of their list.
HEADINGS = {
    "case": "事例",
    "policy": "施策・予算",
    "event": "これからのイベント",
    "organization": "団体",
    "topic": "掲示板の話題",
}


def look_around(lists: dict[str, List]) -> dict[str, Around]:
    """What is found for each of the lists, by their names; one statement."""
    found = hits_in_turn([one.wanted() for one in lists.values()])
    return {name: _around(one, hits) for (name, one), hits in zip(lists.items(), found, strict=True)}


def _around(asked: List, found: list[tuple[list[Hit], int]]) -> Around:
    reasons = zip(asked.reasons, found, strict=True)
    nearest = [(why, hit) for (why, _), (hits, _) in reasons for hit in hits if hit.object_id not in asked.but]
    chosen = nearest[: asked.limit]
    cards = filled([hit for _, hit in chosen], asked.kind)
    neighbours = [
        Neighbour(hit, why, card, reverse(PAGES[asked.kind], args=[hit.object_id]))
        for (why, hit), card in zip(chosen, cards, strict=True)
    ]
    return Around(neighbours, max((total for _, total in found), default=0))


@dataclass(frozen=True)
class Alike:
    """How other things are like the one whose page is shown: conditions on the index."""

    field_is: str
    place_is: str
    tag_is: str
    words_are: str
    # The reasons for which a large part of all entries is there.
    common: frozenset[str]

    @classmethod
    def of(cls, body: Body) -> "Alike":
        themes, places = body.values("theme"), [code for code in body.values("in") if len(code) == 2]
        common = {
            FIELD: stands_often(f"theme:{slug}" for slug in themes),
            PLACE: stands_often(f"in:{code}" for code in places),
        }
        return cls(
            _any("theme", themes),
            _any("in", places),
            _any("tag", body.values("tag")),
            _words(body.title),
            frozenset(why for why, is_common in common.items() if is_common),
        )

    def reasons(self, *whys: str, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Those of the reasons ``whys`` that this thing has, as `List` takes them; none meets one of ``without``."""
        parts = {
            FIELD_AND_PLACE: [self.field_is, self.place_is],
            FIELD_AND_NATION: [self.field_is, quote(f"at:{NATION_CODE}")],
            FIELD: [self.field_is],
            PLACE: [self.place_is],
            TAG: [self.tag_is],
            WORD: [self.words_are],
        }
        others = [f"!{condition}" for condition in without if condition]
        return [(why, all_of([*parts[why], *others])) for why in whys if all(parts[why])]

    def lists(self, kind: str, naming: str, but: dict[str, Iterable[int]]) -> dict[str, List]:
        """Lists of the other kinds than ``kind``, by kind, without what meets ``naming`` and the ids ``but``."""
        return {
            other: replace(make(self, (naming,)), but=frozenset(but.get(other, ())))
            for other, make in _OF_KIND.items()
            if other != kind
        }


def _any(mark: str, values: list[str]) -> str:
    return facet_is(mark, values) if values else ""


def _words(title: str) -> str:
    """Two of the rare words of the title, among the title or the key texts of the other."""
    words = [any_of([term.tsquery("t:"), term.tsquery("k:")]) for term in rare_terms(parse(title, synonyms()), WORDS)]
    return any_of(all_of(pair) for pair in combinations(words, 2)) if len(words) > 1 else ""


def _cases(alike: Alike, without) -> List:
    return List("case", alike.reasons(FIELD_AND_PLACE, TAG, WORD, FIELD, without=without), common=alike.common)


def _policies(alike: Alike, without) -> List:
    return List("policy", alike.reasons(FIELD_AND_PLACE, FIELD_AND_NATION, TAG, FIELD, without=without))


def _events(alike: Alike, without) -> List:
    coming = Period(first=timezone.localdate())
    cancelled = quote("state:cancelled")
    return List("event", alike.reasons(FIELD_AND_PLACE, FIELD, without=(*without, cancelled)), period=coming)


def _organizations(alike: Alike, without) -> List:
    return List("organization", alike.reasons(FIELD_AND_PLACE, FIELD_AND_NATION, without=without))


def _topics(alike: Alike, without) -> List:
    return List("topic", alike.reasons(FIELD_AND_PLACE, WORD, FIELD, without=without))


_OF_KIND: dict[str, Callable[[Alike, tuple[str, ...]], List]] = {
    "case": _cases,
    "policy": _policies,
    "event": _events,
    "organization": _organizations,
    "topic": _topics,
}


@dataclass(frozen=True)
class Group:
    """A short list of another kind."""

    heading: str
    found: Around


def groups_alike(kind: str, pk: int, body: Body, but: dict[str, Iterable[int]]) -> list[Group]:
    """Groups of all kinds, for pages that show nothing else of their own kind; ``but`` are ids by kind."""
    lists = Alike.of(body).lists("", "", but)
    found = look_around({**lists, kind: replace(lists[kind], leaving_out=pk)})
    return [Group(HEADINGS[other], found[other]) for other in lists if found[other]]


def around(
    kind: str,
    pk: int,
    body: Body,
    own: dict[str, List],
    but: dict[str, Iterable[int]] | None = None,
    naming: str = "",
) -> dict:
    """What stands around the page of a thing, for its template: the lists of ``own`` by their names,
    `alike`, groups of other kinds, and `topics`, those of the board that name it, with `topics_url` to all of them.

    The groups leave out what the page shows already: the ids of ``but``, by kind, and what names the thing, which
    other kinds do by the facet of its kind unless ``naming`` says how.
    """
    in_topics = quote(f"{kind}:{pk}")
    others = Alike.of(body).lists(kind, any_of([in_topics, naming]) if naming else in_topics, but or {})
    found = look_around({**own, "_topics": List("topic", [("", in_topics)], is_counted=True), **others})
    return {
        **{name: found[name] for name in own},
        "topics": found["_topics"],
        "topics_url": reverse("forum:search", query={kind: pk}),
        "alike": [Group(HEADINGS[other], found[other]) for other in others if found[other]],
    }
