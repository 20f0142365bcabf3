"""The list of what fits the words that somebody types into a field for cases or organizations (htmx)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.picking import PICKS


@login_not_required
@require_safe
def pick(request, name):
    """Only public things are offered. Without a session nothing is answered, so that the page stays as it is."""
    if request.user.is_anonymous:
        return HttpResponse(status=204)
    if name not in PICKS:
        raise Http404(f"nothing to pick for {name}")
    found = PICKS[name](request.GET.getlist(name), request.GET.get(f"{name}_text", ""))
    return render(request, "organizations/_pick_choices.html", {"pick": found})
