"""What the index holds about a place: of each kind its number and a few cards, and what holds for wider regions."""

from dataclasses import dataclass, field

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from cases.models import CaseStudy
from events.models import Event
from forum.list_address import codes_within
from forum.lists import lines_of
from forum.models import Post, Topic
from organizations.models import Organization
from policies.models import Policy
from search import generation
from search.cards import Hit, filled
from search.counting import Counts, own_counts, place_counts
from search.matching import Wanted, around_conditions, first_hits, hits_alike, is_common
from search.request import Period, Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, Theme

CARDS = 3
NATIONWIDE_IS_KEPT = 15 * 60
# The kinds of a place's page in its order: model, heading, address of the list.
KINDS = (
    (CaseStudy, "事例", "cases:list"),
    (Organization, "団体", "organizations:list"),
    (Policy, "施策・予算", "policies:list"),
    (Event, "これからのイベント", "events:list"),
    (Topic, "掲示板の話題", "forum:list"),
)
# A write of any of these makes a page outdated.
SEARCH_KINDS = (*(model.search_kind for model, _, _ in KINDS), Post.search_kind)


@dataclass(frozen=True)
class Wider:
    """A region around the place, and the list of what holds for all of it."""

    name: str
    url: str


@dataclass(frozen=True)
class Shelf:
    """One kind: what there is in the place, and what holds for the regions around it."""

    name: str
    title: str
    total: int
    cards: list[SafeString]
    url: str
    around: list[SafeString] = field(default_factory=list)
    wider: list[Wider] = field(default_factory=list)


@dataclass(frozen=True)
class Overview:
    shelves: list[Shelf]
    # Themes without a case in the place.
    missing: list[Theme]
    # Topics that wait for an answer, the oldest first.
    waiting: list[Topic]
    # Cases of the towns most like a municipality, the nearest first.
    alike: list[SafeString]

    @property
    def filled(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if shelf.total]

    @property
    def empty(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if not shelf.total]

    @property
    def shelves_around(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if shelf.around]


def overview_of(region: Region) -> Overview:
    requests = [_request(model, region) for model, _, _ in KINDS]
    counted = own_counts(requests)
    wanted = [_wanted(request, counts.total) for request, counts in zip(requests, counted, strict=True)]
    hits = iter(first_hits([one for several in wanted for one in several], CARDS))
    found = [[next(hits) for _ in several] for several in wanted]
    shelves = [
        _shelf(region, *kind, counts.total, [*lists, nationwide])
        for kind, counts, lists, nationwide in zip(KINDS, counted, found, _nationwide(), strict=True)
    ]
    return Overview(shelves, _missing(counted[0]), _waiting(region), _alike(region))


def _request(model, region: Region) -> Request:
    if model is Event:
        return Request(model.search_kind, region=region.code, period=Period(timezone.localdate()), sort=Sort.DATE)
    return Request(model.search_kind, region=region.code)


def _wanted(request: Request, total: int) -> list[Wanted]:
    """The place's own, then what holds for each region around it but the nation, the nearest first."""
    everywhere = Request(request.kind, period=request.period, sort=request.sort)
    around = around_conditions(request)
    own = Wanted(request, is_common=is_common(request, total, CARDS))
    return [own, *(Wanted(everywhere, around[code]) for code in request.wider_regions()[:-1])]


def _nationwide() -> list[list[Hit]]:
    """What holds for the whole nation, of each kind: the same on all pages, kept until the next write or day."""
    requests = [_request(model, registry.nation()) for model, _, _ in KINDS]
    keys = [generation.cache_key(request.kind, "nationwide", request.period) for request in requests]
    known = cache.get_many(keys)
    missing = {key: Wanted(request) for key, request in zip(keys, requests, strict=True) if key not in known}
    if missing:
        # As many more as the place itself may show of them.
        fresh = dict(zip(missing, first_hits(list(missing.values()), 3 * CARDS), strict=True))
        cache.set_many(fresh, NATIONWIDE_IS_KEPT)
        known |= fresh
    return [known[key] for key in keys]


def _alike(region: Region) -> list[SafeString]:
    """Cases of the towns most like a municipality; a prefecture is large enough by itself."""
    if not region.is_municipal:
        return []
    kind = CaseStudy.search_kind
    return filled(hits_alike(Request(kind, region=region.code, sort=Sort.SIMILAR), CARDS), kind)


def _shelf(region, model, title, address, total, lists) -> Shelf:
    """``lists`` has the hits of the place and of each region around it, 全国 last."""
    own, *around = lists
    url, kind = reverse(address), model.search_kind
    wider = [
        Wider(_name_of_wider(code), f"{url}?region={code}")
        for code, hits in zip(registry.region_path(region.code)[1:], around, strict=True)
        if hits
    ]
    # What holds for the nation may hold for a part of it by name, too.
    nearest_first = {hit.object_id: hit for hits in around for hit in hits if hit not in own}
    cards = filled(list(nearest_first.values())[:CARDS], kind)
    return Shelf(kind, title, total, filled(own, kind), f"{url}?region={region.code}", cards, wider)


def _name_of_wider(code: str) -> str:
    return "全国共通" if code == NATION_CODE else registry.regions()[code].name


def _missing(counted: Counts) -> list[Theme]:
    return [theme for slug, theme in registry.themes().items() if not counted.of_theme(slug)]


def _waiting(region: Region) -> list[Topic]:
    here = Topic.regions.through.objects.filter(region__in=codes_within(region)).values("topic")
    waiting = Topic.objects.published().unanswered().filter(pk__in=here, is_locked=False)
    return lines_of(waiting.for_list().order_by("published_at", "pk")[:CARDS], None)


def municipalities_with_cases(region: Region) -> list[tuple[Region, int]]:
    """The municipalities of a prefecture, or the wards of a city, each with the number of its cases."""
    inside = [one for one in registry.municipalities_of(region.prefecture_code) if one.parent_id == region.code]
    if not inside:
        return []
    counted = place_counts(Request(CaseStudy.search_kind, region=region.prefecture_code))
    return [(one, counted.of_place(one.code)) for one in inside]
