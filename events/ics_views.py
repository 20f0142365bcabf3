"""Calendar files of events: one to add, and lists to subscribe to."""

import hashlib
from calendar import timegm
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.views.decorators.http import require_safe

from events import ics, subscriptions
from events.models import Event
from publishing.file_names import download_name

# What calendars show about one that was subscribed to.
DESCRIPTION = "地域と分野などの条件に合うイベントの予定です。変更・延期・中止も、このカレンダーに反映されます。"


@login_not_required
@require_safe
def event_file(request, pk):
    """The event for whoever may see its page."""
    visible = Event.objects.visible_to(request.user).values("pk")
    event = get_object_or_404(subscriptions.calendar_events().filter(pk__in=visible), pk=pk)
    body = ics.of_event(event)
    name = download_name(event.title, "calendar")
    return _answer(request, lambda: body, name=name, version=_digest(body), changed_at=event.updated_at)


@login_not_required
@require_safe
def feed(request):
    """A list of events to subscribe to; most answers to calendars that ask again need not be written at all."""
    address = subscriptions.read(request.GET)
    if address is None:
        raise Http404("conditions that are not understood")
    today = timezone.localdate()
    version = f"{subscriptions.version_of(address, today)} {_recipe()}"
    changed_at = subscriptions.changed_at(today)

    def body() -> bytes:
        events = subscriptions.events_of(address, today)
        withdrawn = subscriptions.withdrawn_from(address, today)
        return ics.of_list(subscriptions.name_of(address), DESCRIPTION, events, withdrawn)

    return _answer(request, body, name="events.ics", version=_digest(version.encode()), changed_at=changed_at)


def _answer(request, body: Callable[[], bytes], *, name: str, version: str, changed_at: datetime) -> HttpResponse:
    """The file, or that the reader has it already (304)."""
    answer = HttpResponse(content_type="text/calendar; charset=utf-8")
    answer["ETag"] = quote_etag(version)
    answer["Last-Modified"] = http_date(changed_at.timestamp())
    # Inline, because telephones then offer to add it; other browsers save it all the same.
    answer["Content-Disposition"] = content_disposition_header(False, name)
    decided = get_conditional_response(request, answer["ETag"], timegm(changed_at.utctimetuple()), answer)
    if decided is answer:
        answer.content = body()
    return decided


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@cache
def _recipe() -> str:
    """How calendars are written by this release of the site."""
    return _digest(Path(ics.__file__).read_bytes())
