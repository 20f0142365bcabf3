"""Keeps what was typed when a form is refused because of the sign-in or the sign-in's mark (CSRF token).

Sessions end while people write, and signing in elsewhere renews the mark of every open form. Then the page
holds what was sent in hidden fields of a form to the same address, which the person sends again: never by
itself, and only if one of our own pages sent the form (docs/decisions/0009-typed-text-is-kept.md).
"""

from contextlib import suppress
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import UnreadablePostError
from django.shortcuts import render

# Longer than a working copy may be; nobody types more.
LONGEST = 300_000
MOST_FIELDS = 1_000
# Forms about accounts hold passwords, codes and keys; sent again they would only puzzle.
NEVER_KEPT_AT = "/accounts/"
SECRETS = ("password", "credential", "secret")
SHORTEST_SHOWN = 10


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Pages are closed by default. A form that comes after the session's end is kept for sending it again."""

    def handle_no_permission(self, request, view_func):
        kept = kept_form(request) if request.method == "POST" else None
        if kept is None:
            return super().handle_no_permission(request, view_func)
        return render(request, "session_expired.html", {"kept": kept}, status=403)


def csrf_failure(request, reason=""):
    """The page for a form with a missing or outdated mark."""
    return render(request, "403_csrf.html", {"kept": kept_form(request)}, status=403)


def kept_form(request) -> dict | None:
    """What a page needs to offer the form once more; None when that is not safe or makes no sense."""
    if request.method != "POST" or request.headers.get("HX-Request") or not _from_our_page(request):
        return None
    if request.path_info.startswith(NEVER_KEPT_AT):
        return None
    with suppress(UnreadablePostError):  # the visitor has gone
        return _kept(request) if _is_harmless(request.POST) else None


def _kept(request):
    fields = [(name, text) for name, texts in request.POST.lists() if name != "csrfmiddlewaretoken" for text in texts]
    return {
        "fields": fields,
        "texts": [text for _, text in fields if len(text.strip()) >= SHORTEST_SHOWN],
        "had_files": any(request.FILES.values()),
        "address": request.get_full_path(),
    }


def _from_our_page(request):
    """Whether the browser says that a page of ours sent the form. No other page can make it say so."""
    own = f"{request.scheme}://{request.get_host()}"
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == own
    referer = urlsplit(request.headers.get("Referer", ""))
    return site == "same-origin" or f"{referer.scheme}://{referer.netloc}" == own


def _is_harmless(data):
    names = [name.lower() for name in data]
    texts = [text for _, texts in data.lists() for text in texts]
    return (
        len(texts) <= MOST_FIELDS
        and sum(map(len, texts)) <= LONGEST
        and not any(secret in name for secret in SECRETS for name in names)
    )
