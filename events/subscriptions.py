"""A list of events as a calendar to subscribe to: what its address asks for, what it holds, what it is called."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import F, Max, OuterRef
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from events.choices import FROM_ANYWHERE
from events.filters import COMING_FACETS, PAST_FACETS
from events.models import Event
from publishing.models import Status
from search import address as list_address
from search import generation
from search.actions import facet_lexemes, vector_lexemes
from search.address import ListAddress
from search.matching import execute, ids_of_hits
from search.query import any_of, quote
from search.request import Period, Request, Sort
from taxonomy import registry
from taxonomy.models import NATION_CODE, Theme

# What took place within these days stays in people's calendars, and what was withdrawn within them is told.
KEPT = timedelta(days=90)
MOST_EVENTS = 1_000
MOST_WITHDRAWN = 50
TIMES_ARE_KEPT = 15 * 60

# Everything that `events.ics` reads of an event.
CALENDAR_FIELDS = (
    *("uid", "sequence", "title", "subtitle", "summary", "state_note", "schedule_note", "venue", "address"),
    *("latitude", "longitude", "online_note", "fee", "fee_note", "application_url", "application_email"),
    *("application_phone", "contact_name", "contact_phone", "contact_extension", "contact_email", "url"),
    *("only_month_known", "is_sample", "published_at", "updated_at", "organization__name"),
)


@dataclass(frozen=True)
class Subscription:
    """What people subscribe to on the page of a list."""

    name: str
    url: str
    has_region: bool
    # Whether the list has a condition that a calendar cannot keep.
    leaves_out_open: bool
    is_cut: bool

    @property
    def webcal_url(self) -> str:
        """The address that a telephone hands to its calendar."""
        return "webcal://" + self.url.partition("://")[2]


def calendar_events():
    """Events with what `events.ics` reads, in one query."""
    themes = Theme.objects.filter(events=OuterRef("pk"))
    events = Event.objects.select_related("organization").annotate(theme_slugs=ArraySubquery(themes.values("slug")))
    return events.only(*CALENDAR_FIELDS, *Event.TIME_FIELDS)


def subscription_to(address: ListAddress, total: int) -> Subscription:
    """The subscription to a list that finds ``total`` events."""
    kept = lasting(address)
    parameters = kept.url().removesuffix("?")
    url = settings.SITE_URL + reverse("events:feed") + parameters
    has_region = bool(_places(address))
    return Subscription(name_of(kept), url, has_region, kept.choices != address.choices, total > MOST_EVENTS)


def lasting(address: ListAddress) -> ListAddress:
    """The address without what is true of an event today and not tomorrow.

    Whoever has applied must not lose an event from the calendar because the application has closed.
    """
    lasting_facets = tuple((facet, values) for facet, values in address.choices if facet in PAST_FACETS)
    return replace(address, choices=lasting_facets, sort=address.default_sort, page=1, period=None)


def read(data: QueryDict) -> ListAddress | None:
    """The conditions of a subscription, by the same parameters as the list's.

    None where one of them cannot be understood: without it the calendar would fill with events from elsewhere.
    """
    address = list_address.read(data, {}, COMING_FACETS, [Sort.DATE], Sort.DATE)
    understood = {name for name, _ in address.parameters()}
    asked = {name for name in data if any(value.strip() for value in data.getlist(name))}
    conditions = {"q", "region", "theme", *(facet.name for facet in COMING_FACETS)}
    return None if (asked & conditions) - understood else lasting(address)


def name_of(address: ListAddress) -> str:
    """「長野県・移動のイベント」."""
    what = address.in_words
    return f"{what}のイベント" if what else f"{settings.SITE_NAME}のイベント"


def version_of(address: ListAddress, today: date) -> str:
    """What changes with every event that is written, and with the day."""
    asked = address.request(Event.search_kind)
    return generation.cache_key(asked.kind, "calendar", address.url(), asked.tsquery(), today)


def changed_at(today: date) -> datetime:
    """When what the public sees of events last changed; midnight at the earliest, when what is old drops out."""
    key = generation.cache_key(Event.search_kind, "changed at")
    latest = cache.get(key)
    if latest is None:
        latest = Event.objects.filter(published_at__isnull=False).aggregate(latest=Max("updated_at"))["latest"]
        cache.set(key, latest, TIMES_ARE_KEPT)
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    return max(filter(None, (latest, midnight)))


def events_of(address: ListAddress, today: date) -> list[Event]:
    """What the calendar shows in the order of days: all that comes, and the latest of what was, up to a limit."""
    request, condition = _question(address)
    coming = ids_of_hits(replace(request, period=Period(first=today)), MOST_EVENTS, condition)
    room = MOST_EVENTS - len(coming)
    past = ids_of_hits(replace(request, period=Period(last=today - timedelta(days=1))), room, condition)
    events = calendar_events().filter(pk__in=[*coming, *past], end_date__gte=today - KEPT)
    return list(events.published().filter(only_month_known=False).order_by(*Event._meta.ordering))


def withdrawn_from(address: ListAddress, today: date) -> list[Event]:
    """Coming events of the list that were public and are so no longer, and have not been touched since.

    Those that were edited afterwards hold what was never public; they are just missing, which most calendars
    take for their end. A phrase is looked up in texts of the index only, where what is closed has none.
    """
    request, condition = _question(address)
    if request.literals:
        return []
    since = timezone.now() - KEPT
    closings = {"status_changes__action": "close", "status_changes__at__gte": since}
    events = Event.objects.filter(status=Status.CLOSED, published_at__isnull=False, end_date__gte=today)
    events = events.filter(only_month_known=False, **closings).filter(status_changes__at__gte=F("updated_at"))
    candidates = list(events.for_index().order_by(*Event._meta.ordering).distinct()[:MOST_WITHDRAWN])
    return _matching(candidates, request.tsquery(also=[condition] if condition else []))


def _question(address: ListAddress) -> tuple[Request, str]:
    """The question to the index, and the condition of places beside it."""
    request = replace(address.request(Event.search_kind), sort=Sort.DATE)
    places = _places(address)
    return (replace(request, region=""), any_of(places)) if places else (request, "")


def _places(address: ListAddress) -> list[str]:
    """For a region: what lies in it, what holds for its prefecture and the nation, and what one can take part in
    from anywhere; as the list shows them around its own."""
    region = address.region
    if region is None or region.code == NATION_CODE:
        return []
    wider = (quote(f"at:{code}") for code in registry.region_path(region.code)[1:])
    online = (quote(f"format:{one}") for one in FROM_ANYWHERE)
    return [quote(f"in:{region.code}"), *wider, *online]


def _matching(events: list[Event], tsquery: str) -> list[Event]:
    """Those of ``events`` that the index would find, had it their titles and key texts."""
    if not events or not tsquery:
        return events
    rows = [{"pk": event.pk, "lexemes": _lexemes(event)} for event in events]
    found = execute(
        """
        SELECT pk FROM json_to_recordset(%s::json) event(pk bigint, lexemes text[])
        WHERE array_to_tsvector(lexemes) @@ %s::tsquery
        """,
        [json.dumps(rows), tsquery],
    )
    pks = {pk for (pk,) in found}
    return [event for event in events if event.pk in pks]


def _lexemes(event: Event) -> list[str]:
    text = event.search_text()
    return list(set(vector_lexemes(text.title, text.key, (), facet_lexemes(**event.search_facets()))))
