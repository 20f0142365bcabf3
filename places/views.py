"""The pages of prefectures and municipalities."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.models import CaseStudy
from places.choosing import Choice
from places.codes import of_region
from places.facts import Facts, trail
from places.models import Contact, PlatformFunction, contacts_of, functions_of
from places.overview import SEARCH_KINDS, municipalities_with_cases, overview_of
from places.permissions import may_edit
from search import generation
from search.counting import counts
from search.facets import tiles
from search.request import Request
from taxonomy import registry
from taxonomy.models import RegionKind
from taxonomy.similar import compared_as, nearest

TITLE = "地域から探す"
PAGES_ARE_KEPT = 15 * 60
# How many towns that are alike stand on the page of a place.
ALIKE = 3


def breadcrumb_of(region, *more) -> list[tuple[str, str | None]]:
    """The way to the page of ``region``, or to a page below it."""
    around = [(name, reverse("places:region", args=[code])) for name, code in trail(region)]
    here = reverse("places:region", args=[region.code]) if more else None
    return [(TITLE, reverse("places:list")), *around, (region.name, here), *more]


@login_not_required
@require_safe
def regions(request):
    """All prefectures, and the form that leads to a place by its name."""
    choice = Choice.read(request.GET)
    if choice.region:
        return redirect("places:region", choice.region.code)
    counted = counts(Request(CaseStudy.search_kind))
    urls = (reverse("places:region", args=[one.code]) for one in registry.prefectures())
    context = {
        "choice": choice,
        "tiles": tiles(counted, urls),
        "blocks": _by_block(),
        "breadcrumb": [(TITLE, None)],
    }
    return render(request, "places/regions.html", context)


def _by_block():
    blocks = {}
    for prefecture in registry.prefectures():
        blocks.setdefault(prefecture.block, []).append(prefecture)
    return blocks.items()


@login_not_required
@require_safe
@of_region
def region(request, region):
    is_prefecture = region.kind == RegionKind.PREFECTURE
    prefecture = registry.regions()[region.prefecture_code]
    context = {
        "region": region,
        "prefecture": prefecture,
        "facts": Facts.of(region),
        "contacts": contacts_of([code for code in registry.region_path(region.code) if code != "00"]),
        "functions": functions_of(region) if is_prefecture else None,
        "body": _body(region),
        "can_edit_contact": may_edit(request.user, region, Contact),
        "can_edit_platform": is_prefecture and may_edit(request.user, region, PlatformFunction),
        "breadcrumb": breadcrumb_of(region),
    }
    return render(request, "places/region.html", context)


def _body(region) -> str:
    """What the index and the board hold about the place, kept until the next write or the next day."""
    key = generation.cache_key_of(SEARCH_KINDS, "region", region.code, timezone.localdate())
    html = cache.get(key)
    if html is None:
        context = {
            "region": region,
            "prefecture": registry.regions()[region.prefecture_code],
            "overview": overview_of(region),
            "inside": municipalities_with_cases(region),
            "alike": nearest(region, ALIKE),
            "compared_as": compared_as(region),
        }
        html = render_to_string("places/_region_body.html", context)
        cache.set(key, html, PAGES_ARE_KEPT)
    return html
