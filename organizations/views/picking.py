"""The list of the organizations that fit the words which somebody types into a field for them (htmx)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.picking import pick_organizations


@login_not_required
@require_safe
def pick(request, name):
    """Only public ones are offered. Without a session nothing is answered, so that the page stays as it is."""
    if request.user.is_anonymous:
        return HttpResponse(status=204)
    found = pick_organizations(name, request.GET.getlist(name), request.GET.get(f"{name}_text", ""))
    return render(request, "organizations/_pick_choices.html", {"pick": found})
