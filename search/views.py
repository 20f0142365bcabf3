"""The site-wide search: every kind of content under its own heading."""

from dataclasses import replace

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from search import address as list_address
from search.actions import searchable_models
from search.cards import filled
from search.counting import total
from search.facets import picker
from search.lists import Group, count_miss
from search.matching import page_of_hits
from search.query import NO_WORDS

# How many hits of each kind stand on the page before the link to all of them.
PER_KIND = 4


def _group(model, address):
    """The best hits of one kind, with its total and the address of its own list."""
    request = address.request(model.search_kind)
    found = total(request)
    cards = filled(page_of_hits(request, 0, PER_KIND, found), request.kind, request.query) if found else []
    url = reverse(model.search_list or f"{model._meta.app_label}:list") + address.url()
    return {"group": Group(model._meta.verbose_name, cards, url), "total": found}


@login_not_required
@require_safe
def search_all(request):
    address = list_address.read(request.GET, {})
    if "municipality" in request.GET:
        return redirect(request.path + address.url())
    is_asked = address.is_filtered
    kinds = [_group(model, address) for model in searchable_models() if model.search_is_public] if is_asked else []
    found = sum(kind["total"] for kind in kinds)
    widened = replace(address, region=None)
    if is_asked and not found and not address.query.is_empty and not address.region:
        count_miss("all", address.query)
    context = {
        "address": address,
        "notices": address.notices,
        "kinds": kinds,
        "total": found,
        "picker": picker(address.region),
        "widened_url": widened.url() if address.region and address.query != NO_WORDS else "",
        "breadcrumb": [("サイト内検索", None)],
    }
    return render(request, "search/search_all.html", context)
