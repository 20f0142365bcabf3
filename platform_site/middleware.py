"""Middleware of the whole site."""

from contextlib import suppress

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import UnreadablePostError
from django.utils.cache import patch_vary_headers

from platform_site.errors import unavailable

# Answered during maintenance too: a balancer asks the first two, the maintenance page needs the third.
OPEN_DURING_MAINTENANCE = ("/healthz", "/readyz", settings.STATIC_URL)
PRIVATE = "private, no-store"
PUBLIC = "public, max-age=0, must-revalidate"


class ClientAddressMiddleware:
    """Puts the visitor's address into REMOTE_ADDR when the site stands behind proxies of ours.

    Each proxy appends the address it was called from to X-Forwarded-For, so with n trusted proxies the
    n-th entry from the right was written by one of them; what stands left of it anyone can invent.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        count = settings.TRUSTED_PROXY_COUNT
        if count:
            addresses = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(addresses) >= count and (address := addresses[-count].strip()):
                request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


class MaintenanceMiddleware:
    """Shows the maintenance page to everyone while MAINTENANCE_MODE is on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.MAINTENANCE_MODE and not request.path_info.startswith(OPEN_DURING_MAINTENANCE):
            return unavailable(
                "ただいまメンテナンス中です",
                "サイトの手入れのため、一時的に休止しています。ご不便をおかけして申し訳ありません。",
                retry_after=600,
            )
        return self.get_response(request)


class NullCharacterMiddleware:
    """Keeps NUL characters out: PostgreSQL has none, so each would be an error page somewhere.

    Nobody types them. In the query and in cookies they are taken away, so that a list still answers;
    an address or a form with one is refused.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path_info:
            raise SuspiciousOperation("NUL character in the path")
        query = request.META.get("QUERY_STRING", "")
        while "%00" in query or "\x00" in query:  # again: "%0%000" has one inside another
            query = query.replace("%00", "").replace("\x00", "")
            request.META["QUERY_STRING"] = query
        if "\\000" in request.META.get("HTTP_COOKIE", ""):
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST":
            return
        with suppress(UnreadablePostError):  # the visitor has gone; the CSRF check deals with it
            if any("\x00" in text for _, texts in request.POST.lists() for text in texts):
                raise SuspiciousOperation("NUL character in a form")


class CachePolicyMiddleware:
    """Says who may keep a page: what hangs on a cookie stays with its reader and is not stored.

    A view that says so itself is left alone, unless its answer sets a cookie.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        personal = (
            response.cookies
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or settings.CSRF_COOKIE_NAME in request.COOKIES
        )
        if response.cookies or not response.has_header("Cache-Control"):
            public = not personal and request.method in ("GET", "HEAD") and response.status_code < 400
            response["Cache-Control"] = PUBLIC if public else PRIVATE
            patch_vary_headers(response, ["Cookie"])
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        return response
