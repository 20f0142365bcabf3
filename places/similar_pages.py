"""Which towns are like mine: the form, and the twenty nearest of one place with the number of their cases."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.models import CaseStudy
from places.choosing import Choice
from places.codes import of_region
from places.facts import Facts
from places.views import TITLE, breadcrumb_of
from search.counting import totals
from search.request import Request
from taxonomy import similar as alike
from taxonomy.similar import Neighbour

SIMILAR = "似た町さがし"


@dataclass(frozen=True)
class Line:
    """One place that is alike, as the table shows it."""

    neighbour: Neighbour
    facts: Facts
    cases: int


@login_not_required
@require_safe
def choose(request):
    """The formula, and the form that leads to the page of one place."""
    choice = Choice.read(request.GET)
    # Without JavaScript the first answer brings the list of municipalities, the second leads on.
    if choice.region and (choice.region.is_municipal or "municipality" in request.GET):
        return redirect("places:similar", choice.region.code)
    context = {
        "choice": choice,
        "dimensions": alike.DIMENSIONS,
        "breadcrumb": [(TITLE, reverse("places:list")), (SIMILAR, None)],
    }
    return render(request, "places/choose_similar.html", context)


@login_not_required
@require_safe
@of_region
def similar(request, region):
    found = alike.nearest(region)
    cases = totals([Request(CaseStudy.search_kind, region=one.region.code) for one in found])
    context = {
        "region": region,
        "compared_as": alike.compared_as(region),
        "facts": Facts.of(alike.compared_as(region)),
        "lines": [Line(one, Facts.of(one.region), count) for one, count in zip(found, cases, strict=True)],
        "dimensions": alike.DIMENSIONS,
        "left_out": alike.left_out(region),
        "choice": Choice(region),
        "breadcrumb": breadcrumb_of(region, (SIMILAR, None)),
    }
    return render(request, "places/similar.html", context)
