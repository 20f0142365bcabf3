"""The site-wide search: every kind of content under its own heading."""

from dataclasses import dataclass, replace

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from search import address as list_address
from search import generation
from search.actions import searchable_models
from search.address import ListAddress
from search.cards import filled_of_kinds
from search.counting import Counts, counts_of_all, together
from search.facets import address_tiles, chosen, facets, picker, sorts
from search.lists import FRAMES_ARE_KEPT, count_miss
from search.matching import best_hits
from search.relaxing import Relaxation, relax_all
from search.request import Request
from search.shelves import Shelf

# How many hits of each kind stand on the page before the link to all of them.
PER_KIND = 4


@dataclass(frozen=True)
class Found:
    """What was found of one kind: how much, the best of it, and the way to all of it where that has an address."""

    label: str
    total: int
    cards: list[SafeString]
    url: str = ""


@login_not_required
@require_safe
def search_all(request):
    shelves = shelves_for(request.user)
    kinds = {kind: name for shelf in shelves for kind, name in shelf.organization_kinds.items()}
    address = list_address.read(request.GET, kinds)
    if "municipality" in request.GET:
        return redirect(request.path + address.url())
    address = replace(address, page=1)
    context = {
        "address": address,
        "notices": address.notices,
        "picker": picker(address.region),
        "shelves": [(shelf.label, shelf.url(address)) for shelf in shelves if shelf.knows(address)],
        "breadcrumb": [("サイト内検索", None)],
    }
    if address.is_filtered:
        context |= _results(request.path, address, shelves, kinds)
    return render(request, "search/search_all.html", context)


def shelves_for(user) -> list[Shelf]:
    """Everything that the person may find, in the order of the page."""
    models = sorted(searchable_models(), key=lambda model: model.search_place)
    return [shelf for model in models for shelf in model.search_shelves(user)]


def _asked(shelves: list[Shelf], address: ListAddress) -> tuple[list[Shelf], list[Request]]:
    """The shelves that have the filters of the address, and what is asked of each."""
    able = [shelf for shelf in shelves if shelf.knows(address)]
    return able, [shelf.request(address) for shelf in able]


def _results(path, address: ListAddress, shelves: list[Shelf], kinds: dict[str, str]) -> dict:
    # Loosening may ask the shelves that a filter leaves out now: their numbers come with the others, in one statement.
    generation.current_of(*dict.fromkeys(shelf.kind for shelf in shelves))
    able, requests = _asked(shelves, address)
    counted = counts_of_all(requests)
    found = _found(able, requests, [one.total for one in counted], address)
    total = sum(one.total for one in found)
    relaxations = [] if total else _relaxed(address, shelves)
    nearest = relaxations[0] if relaxations else None
    return {
        "found": found,
        "total": total,
        "filters": chosen(address, kinds),
        "frame": _frame(path, address, requests, together(counted), kinds),
        "without": [one.label for one in found if not one.total],
        "left_out": [shelf.label for shelf in shelves if shelf not in able],
        "sorts": sorts(address) if total else [],
        "nearest": nearest,
        "nearest_found": _nearest(nearest, address, shelves) if nearest else [],
        "relaxations": [relaxation for relaxation in relaxations if relaxation.address],
    }


def _found(shelves, requests, totals, address: ListAddress | None) -> list[Found]:
    """The best hits on each shelf, in at most two statements; links to the lists need an ``address``."""
    hits = best_hits(requests, PER_KIND, totals)
    cards = filled_of_kinds([(shelf.kind, its) for shelf, its in zip(shelves, hits, strict=True)], requests[0].query)
    return [
        Found(shelf.label, total, its, shelf.url(address) if address else "")
        for shelf, total, its in zip(shelves, totals, cards, strict=True)
    ]


def _relaxed(address: ListAddress, shelves: list[Shelf]) -> list[Relaxation]:
    relaxations = relax_all(address, lambda looser: _asked(shelves, looser)[1])
    if not address.query.is_empty and not address.has_filters:
        count_miss("all", address.query)
    return relaxations


def _nearest(nearest: Relaxation, address: ListAddress, shelves: list[Shelf]) -> list[Found]:
    able, _ = _asked(shelves, nearest.address or address)
    return [one for one in _found(able, nearest.requests, nearest.totals, nearest.address) if one.total]


def _frame(path, address: ListAddress, requests: list[Request], counted: Counts, kinds) -> SafeString:
    """Form, map and facets, kept until the next write of any kind, for those who may find the same."""
    asked = [(request.kind, request.tsquery(), request.period) for request in requests]
    key = generation.cache_key_of([request.kind for request in requests], "frame", address.url(), asked)
    frame = cache.get(key)
    if frame is None:
        context = {
            "address": address,
            "path": path,
            "picker": picker(address.region),
            "facets": facets(address, counted, kinds),
            "tiles": address_tiles(address, counted),
        }
        frame = render_to_string("search/_frame.html", context)
        cache.set(key, frame, FRAMES_ARE_KEPT)
    return frame
