"""Counts what people read: successful pages in HTML, by what they are and not by who read them."""

from django.conf import settings

from insights.counted_pages import counted_as
from insights.counting import buffer

# What programs call themselves. It is looked at and not kept.
_PROGRAMS = (
    *("bot", "crawl", "spider", "slurp", "fetch", "monitor", "preview", "archive", "headless", "http", "curl", "wget"),
    *("python", "java/", "ruby", "perl", "php", "go-"),
)
_PREFETCH_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


class CountViewsMiddleware:
    """Asks the database nothing. Whoever works for the site (`is_staff`) is not counted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        match = request.resolver_match
        counted = counted_as(match.view_name) if match else None
        if counted and response.status_code == 200 and _is_read_by_a_visitor(request, response):
            if counted.argument:
                buffer.add(counted.kind, match.kwargs[counted.argument], "")
            else:
                buffer.add(counted.kind, 0, match.view_name)
        return response


def _is_read_by_a_visitor(request, response) -> bool:
    meta = request.META
    program = meta.get("HTTP_USER_AGENT", "").lower()
    if request.method != "GET" or not response.get("Content-Type", "").startswith("text/html"):
        return False
    if not program or any(word in program for word in _PROGRAMS):
        return False
    if any("prefetch" in meta.get(name, "") for name in _PREFETCH_HEADERS):
        return False
    # A page has asked for the person and the roles already, to say who is signed in: nothing is asked anew.
    return settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_staff
