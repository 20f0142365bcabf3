"""Holds back floods of forms: at most so many a minute from one person, or from one address without sign-in.

Reading is limited by the proxy (deploy/nginx.conf), so a GET costs nothing here; a form costs one statement.
"""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from platform_site.resending import kept_form

READING = ("GET", "HEAD", "OPTIONS", "TRACE")


def exceeded(action, address, *, times, seconds):
    """Count one try of ``action`` from ``address``; true once there were more than ``times`` in the period."""
    return limits.take((f"{action} {limits.place(address)}", limits.Limit(times, seconds))) > 0


class FormLimitMiddleware:
    """Answers 429 with a page that says when to go on, and keeps what was typed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in READING:
            return self.get_response(request)
        wait = limits.take(*_uses(request))
        return _too_many(request, wait) if wait else self.get_response(request)


def _uses(request):
    """What this form counts as: an automatic save, a form of a person, or one of an address."""
    user = request.user
    if user.is_anonymous:
        kind, who = "address", limits.place(request.META.get("REMOTE_ADDR", ""))
    else:
        kind, who = "autosave" if request.path_info == _autosave() else "person", user.pk
    return [(f"forms {kind} {who}", limits.Limit(*limit)) for limit in settings.FORM_LIMITS[kind]]


@cache
def _autosave():
    return reverse("publishing:keep")


def _too_many(request, wait):
    if request.headers.get("HX-Request"):
        response = render(request, "publishing/_kept.html", {"problem": "too_often"}, status=429)
    else:
        # The clock tells less to somebody who has only seconds to wait.
        again_at = timezone.now() + timedelta(seconds=wait) if wait > 90 else None
        context = {"wait": wait, "again_at": again_at, "kept": kept_form(request)}
        response = render(request, "429.html", context, status=429)
    response["Retry-After"] = wait
    return response
