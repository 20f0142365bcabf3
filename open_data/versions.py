"""Which version of something public an address gives now, so that whoever asks again is sent nothing twice."""

import hashlib
from calendar import timegm
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache as once
from pathlib import Path

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from search import generation

SEEN_IS_KEPT = 24 * 60 * 60


@dataclass(frozen=True)
class Version:
    tag: str
    changed_at: datetime

    def answer(self, request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
        """What ``make`` gives, or that the reader has it already (304); then nothing is made."""
        etag = quote_etag(self.tag)
        kept = get_conditional_response(request, etag, timegm(self.changed_at.utctimetuple()))
        response = make() if kept is None else kept
        if response.status_code < 400:
            response["ETag"] = etag
            response["Last-Modified"] = http_date(self.changed_at.timestamp())
        return response


def version_of(kinds: Iterable[str], *parts, hangs_on_today: bool = False) -> Version:
    """The version of what is made of all public content of ``kinds``: another one after every write of any of them.

    When the content last changed is when this process first met it so: never before the write, and later only by as
    long as nobody asked.
    """
    content = f"{[(kind, generation.current(kind)) for kind in kinds]} {_recipe()}"
    today = timezone.localdate() if hangs_on_today else None
    changed_at = cache.get_or_set(f"open_data:{_digest(content)}", timezone.now, SEEN_IS_KEPT)
    if today:
        changed_at = max(changed_at, timezone.make_aware(datetime.combine(today, time.min)))
    return Version(_digest(f"{content} {parts!r} {today}"), changed_at)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@once
def _recipe() -> str:
    """How this release of the site writes open data."""
    here = Path(__file__).parent
    return _digest("".join(path.read_text() for path in sorted(here.rglob("*.py"))))
