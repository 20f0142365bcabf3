"""Serving recordings and their captions to whoever may see the event: in pieces, from any place of the file."""

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from whitenoise.responders import SlicedFile

from events.models import Event, EventVideo
from events.video_watching import FOLDER

ONE_HOUR = 60 * 60
# More is never sent for one range: a browser asks for the rest of the file, stops to read when somebody pauses,
# and would keep a thread of the site as long. The standard permits it, and players ask again (RFC 9110, 15.3.7).
MOST_AT_ONCE = 8 * 1024 * 1024
BLOCK = 64 * 1024

_PATH = re.compile(r"[0-9a-f]{2}/([0-9a-f]{32})\.(?:mp4|webm)")
_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,30})-([0-9]{0,30})[ \t]*", re.IGNORECASE)


class NotSatisfiable(Exception):
    """The range that was asked for lies outside of the file."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the part that ``header`` asks for, cut to the file; raises NotSatisfiable.

    None stands for the whole file: for no range, for one that cannot be read, and for several at once,
    as the standard permits (RFC 9110, 14.2).
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or found.groups() == ("", ""):
        return None
    first, last = (int(number) if number else None for number in found.groups())
    if first is None:
        # The last so many bytes.
        if last == 0 or size == 0:
            raise NotSatisfiable
        return max(0, size - last), size - 1
    if last is not None and last < first:
        return None
    if first >= size:
        raise NotSatisfiable
    return first, size - 1 if last is None else min(last, size - 1)


@login_not_required
@require_safe
def video(request, path):
    """A recording; only what a row names is looked for in the storage, so no path leads elsewhere."""
    match = _PATH.fullmatch(path)
    if not match:
        raise Http404
    found = _visible(request.user, file=FOLDER + path)
    # Names are random and never used twice: the name is a strong validator.
    headers = {
        **_cache_headers(found),
        "ETag": f'"{match[1]}"',
        "Accept-Ranges": "bytes",
        "Content-Type": found.content_type,
        "Content-Disposition": content_disposition_header(False, found.download_name),
        "X-Content-Type-Options": "nosniff",
        # No sandbox: a browser that opens the file alone could not play it.
        "Content-Security-Policy": "default-src 'none'; media-src 'self'",
    }
    # Recordings are compressed already: gzip would only cost time and hide how much is still to come.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    if settings.X_ACCEL_PREFIX:
        return HttpResponse(headers={**headers, "X-Accel-Redirect": settings.X_ACCEL_PREFIX + found.file.name})
    return _in_pieces(request, found, headers)


@login_not_required
@require_safe
def captions(request, pk):
    found = _visible(request.user, pk=pk)
    if not found.captions:
        raise Http404
    headers = {**_cache_headers(found), "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.captions, content_type="text/vtt; charset=utf-8", headers=headers)


def _visible(user, **lookup) -> EventVideo:
    events = Event.objects.visible_to(user)
    return get_object_or_404(EventVideo.objects.shown().filter(event__in=events).select_related("event"), **lookup)


def _cache_headers(found: EventVideo) -> dict[str, str]:
    """It may be taken off at any time; what is not public must not stay in a shared cache."""
    return {"Cache-Control": f"public, max-age={ONE_HOUR}" if found.event.is_published else "private, no-store"}


def _in_pieces(request, found: EventVideo, headers: dict) -> HttpResponse:
    storage, name = found.file.storage, found.file.name
    try:
        size = storage.size(name)
    except FileNotFoundError as error:
        raise Http404 from error
    unchanged = get_conditional_response(request, headers["ETag"], response=HttpResponse(headers=headers))
    if unchanged is not None and unchanged.status_code != 200:
        return unchanged
    try:
        part = asked_range(_range_header(request, headers["ETag"]), size)
    except NotSatisfiable:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if request.method == "HEAD":
        return HttpResponse(headers={**headers, "Content-Length": size})
    if part is None:
        return _streamed(storage.open(name), {**headers, "Content-Length": size})
    first, last = part[0], min(part[1], part[0] + MOST_AT_ONCE - 1)
    headers |= {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": last - first + 1}
    return _streamed(SlicedFile(storage.open(name), first, last), headers, status=206)


def _streamed(file, headers: dict, status=200) -> FileResponse:
    response = FileResponse(file, status=status)
    response.block_size = BLOCK
    # Afterwards: it guesses some of them from the file.
    for header, value in headers.items():
        response[header] = value
    return response


def _range_header(request, etag: str) -> str:
    """The range that counts: of GET only, and only as long as the file is the one the reader has a part of."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return ""
    return request.headers.get("Range", "")
