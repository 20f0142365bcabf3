"""Sitemaps for search engines: one index, and below it each kind of content in files by the range of its keys.

A file holds the same keys for ever, so that a new case changes the last file only, and so do its ETag and its day in
the index. Only what everybody may read and what exists stands there: no samples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import F, Max, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from cases.models import CaseStudy
from events.models import Event
from forum.models import Board, Post, Topic
from forum.permissions import Visibility
from organizations.models import Organization
from platform_site.machines.json_ld import absolute
from platform_site.models import Announcement
from platform_site.pages import PAGES
from policies.models import Policy
from search import generation
from taxonomy import registry
from taxonomy.models import NATION_CODE

PER_FILE = 10_000
INDEX_IS_KEPT = 60 * 60
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XML = "application/xml; charset=utf-8"
LISTS = (
    *("home", "cases:list", "policies:list", "policies:standard_amount", "events:list", "events:past"),
    *("events:archive", "events:calendar", "organizations:list", "forum:list", "forum:rules", "forum:unanswered"),
    *("places:list", "places:choose_similar", "start:start", "open_data:page"),
    *("announcements", "links", "contact", "sitemap"),
)

Line = tuple[str, datetime | date | None]


@dataclass(frozen=True)
class Section:
    """One kind of content. `changed` is the column with the moment of its last change."""

    model: type
    detail: str
    changed: str = "updated_at"
    # Whose writes change what stands here, too.
    others: tuple[type, ...] = ()

    def items(self) -> QuerySet:
        return self.model._default_manager.listed().filter(is_sample=False)

    def version(self) -> str:
        """Another one with every write, and on another day: what is listed hangs on that, too."""
        numbers = [generation.current(model.search_kind) for model in (self.model, *self.others)]
        return "-".join(map(str, [*numbers, timezone.localdate()]))

    def files(self) -> list[tuple[int, datetime]]:
        """The numbers of the files that hold something, with the last change in each."""
        key = generation.cache_key(self.model.search_kind, "sitemap", self.version())
        found = cache.get(key)
        if found is None:
            grouped = self.items().order_by().values(file=F("pk") / PER_FILE + 1).annotate(last=Max(self.changed))
            found = [(row["file"], row["last"]) for row in grouped.order_by("file")]
            cache.set(key, found, INDEX_IS_KEPT)
        return found

    def lines(self, number: int) -> Iterator[Line]:
        # Found once: asking for ten thousand addresses one by one takes longer than reading their rows.
        before, _, after = absolute(reverse(self.detail, args=[0])).rpartition("0")
        keys = range((number - 1) * PER_FILE, number * PER_FILE)
        rows = self.items().filter(pk__gte=keys.start, pk__lt=keys.stop).order_by("pk").values_list("pk", self.changed)
        return ((f"{before}{pk}{after}", changed) for pk, changed in rows)


SECTIONS = {
    "cases": Section(CaseStudy, "cases:detail"),
    "policies": Section(Policy, "policies:detail"),
    "events": Section(Event, "events:detail"),
    "organizations": Section(Organization, "organizations:detail"),
    "topics": Section(Topic, "forum:topic", changed="last_posted_at", others=(Post,)),
}


def _pages() -> Iterator[Line]:
    """What stands by itself: lists, pages about the site, boards, announcements."""
    for name in (*LISTS, *(name for name, _, _ in PAGES)):
        yield absolute(reverse(name)), None
    for board in Board.objects.filter(visibility=Visibility.PUBLIC):
        yield absolute(board.get_absolute_url()), None
    for pk, day in Announcement.objects.published(timezone.localdate()).values_list("pk", "published_on"):
        yield absolute(reverse("announcement", args=[pk])), day


def _regions() -> Iterator[Line]:
    """The page of every prefecture, municipality and ward."""
    for code in registry.regions():
        if code != NATION_CODE:
            yield absolute(reverse("places:region", args=[code])), None


# Sections that are one file, whose lines are made each time.
SMALL = {"pages": _pages, "regions": _regions}


def _version(request, name="", number=1):
    """The ETag of a file, or of the index without a name; none for what is made each time."""
    if name and name not in SECTIONS:
        return None
    sections = [SECTIONS[name]] if name else SECTIONS.values()
    return f'"{name}-{number}-{"-".join(section.version() for section in sections)}"'


@login_not_required
@require_safe
@condition(etag_func=_version)
def index(request):
    files = [(name, 1, None) for name in SMALL]
    files += [(name, number, last) for name, section in SECTIONS.items() for number, last in section.files()]
    lines = ((absolute(reverse("sitemap_section", args=[name, number])), last) for name, number, last in files)
    return _answer("sitemapindex", "sitemap", lines)


@login_not_required
@require_safe
@condition(etag_func=_version)
def section(request, name, number):
    if name in SMALL and number == 1:
        return _answer("urlset", "url", SMALL[name]())
    if name not in SECTIONS or number not in dict(SECTIONS[name].files()):
        raise Http404(f"no sitemap {name} {number}")
    return _answer("urlset", "url", SECTIONS[name].lines(number))


def _answer(root: str, element: str, lines: Iterable[Line]) -> HttpResponse:
    rows = "\n".join(f"<{element}><loc>{escape(url)}</loc>{_last_change(last)}</{element}>" for url, last in lines)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {NAMESPACE}>\n{rows}\n</{root}>\n'
    return HttpResponse(text, content_type=XML)


def _last_change(last: datetime | date | None) -> str:
    if last is None:
        return ""
    text = last.isoformat(timespec="seconds") if isinstance(last, datetime) else last.isoformat()
    return f"<lastmod>{text}</lastmod>"
