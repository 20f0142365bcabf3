"""Events as calendars read them: iCalendar, RFC 5545 with the names and intervals of RFC 7986."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import icalendar
from django.conf import settings
from django.utils import timezone
from icalendar.prop import vCalAddress, vInline

from events.choices import Application, EventState
from events.models import Event
from events.times import clock, day_text
from publishing.markdown import plain
from publishing.models import Status
from taxonomy import registry

PRODUCT = f"-//{settings.SITE_NAME}//Events//JA"
# How often calendars may ask again.
REFRESH = timedelta(hours=6)
# What stands before the title, for all that a calendar shows of a state is often nothing.
MARKS = {EventState.POSTPONED: "【延期】", EventState.CANCELLED: "【中止】"}
STATUSES = {EventState.PLANNED: "CONFIRMED", EventState.POSTPONED: "TENTATIVE", EventState.CANCELLED: "CANCELLED"}

# Signs that no content line may hold, and those at which careless readers end a line.
_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def of_event(event: Event) -> bytes:
    """The calendar file of one event, fetched with `events.subscriptions.calendar_events`."""
    return _calendar([_component(event)]).to_ical()


def of_list(name: str, description: str, events: Iterable[Event], withdrawn: Iterable[Event]) -> bytes:
    """A calendar to subscribe to: ``events``, and what was ``withdrawn`` from the site, as cancelled."""
    components = [*map(_component, events), *map(_withdrawal, withdrawn)]
    for component in components:
        # Whoever subscribes to what is on in a region is not busy all the time.
        component.add("transp", "TRANSPARENT")
    calendar = _calendar(components)
    for property_name, text in (("name", name), ("x-wr-calname", name), ("x-wr-caldesc", description)):
        calendar.add(property_name, _line(text))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vInline(icalendar.vDuration(REFRESH).to_ical().decode()))
    return calendar.to_ical()


def _calendar(components: list[icalendar.Event]) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_japan())
    for component in components:
        calendar.add_component(component)
    return calendar


def _japan() -> icalendar.Timezone:
    """The time zone for clients that do not know its name: nine hours ahead all the year, since 1951."""
    standard = icalendar.TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=9))
    standard.add("tzname", "JST")
    zone = icalendar.Timezone()
    zone.add("tzid", settings.TIME_ZONE)
    zone.add_component(standard)
    return zone


def _component(event: Event) -> icalendar.Event:
    component = _frame(event, event.sequence, _status(event), _marks(event) + event.title)
    address = settings.SITE_URL + event.get_absolute_url()
    component.add("description", _text(_description(event, address)))
    component.add("url", address)
    if event.published_at:
        component.add("created", event.published_at)
    if place := _line(" ".join([event.venue, event.address])):
        component.add("location", place)
    if event.latitude is not None:
        # As text, because a number such as 0.00001 would be written with an exponent, which is no value of GEO.
        component.add("geo", vInline(f"{event.latitude:f};{event.longitude:f}"))
    if themes := [theme.name for slug, theme in registry.themes().items() if slug in event.theme_slugs]:
        component.add("categories", list(map(_line, themes)))
    if event.contact_email:
        component.add("organizer", _organizer(event))
    return component


def _withdrawal(event: Event) -> icalendar.Event:
    """What calendars hear of an event that is public no longer: that it is off, and nothing else."""
    return _frame(event, event.sequence, "CANCELLED", f"【掲載終了】{event.title}")


def _frame(event: Event, sequence: int, status: str, summary: str) -> icalendar.Event:
    """Which event it is, in which version, when, and whether it takes place."""
    component = icalendar.Event()
    component.add("uid", str(event.uid))
    component.add("sequence", sequence)
    component.add("dtstamp", event.updated_at)
    component.add("last-modified", event.updated_at)
    component.add("status", status)
    component.add("summary", _line(summary))
    starts, ends = event.starts_at, event.ends_at
    component.add("dtstart", timezone.localdate(starts) if event.is_all_day else starts)
    component.add("dtend", timezone.localdate(ends) if event.is_all_day else ends)
    return component


def _status(event: Event) -> str:
    if event.status == Status.CLOSED:
        return "CANCELLED"
    is_certain = event.is_published and not event.only_month_known
    return STATUSES[event.state] if is_certain or event.is_off else "TENTATIVE"


def _marks(event: Event) -> str:
    marks = ["【見本】" if event.is_sample else "", MARKS.get(event.state, "")]
    if event.only_month_known and not event.is_off:
        marks.append("【日にち未定】")
    return "".join(marks)


def _organizer(event: Event) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{event.contact_email}")
    # A quoted parameter has no way to say a quotation mark that every client understands.
    organizer.params["CN"] = _line(event.organization.name).replace('"', "”")
    return organizer


def _description(event: Event, address: str) -> str:
    """What one has to know to come, and where all the rest stands."""
    lines = [
        f"このイベントは{event.get_state_display()}になりました。" if event.is_off else "",
        plain(event.state_note),
        event.subtitle,
        event.summary,
        event.schedule_note,
        plain(event.online_note),
        _labelled("参加費", _fee(event)),
        *(_application(event) if not event.is_off else ()),
        _labelled("主催", event.organization.name),
        _labelled("問い合わせ先", _contact(event)),
        _labelled("イベントのウェブページ", event.url),
        _labelled("くわしい内容", address),
    ]
    return "\n".join(line for line in lines if line)


def _labelled(label: str, text: str) -> str:
    return f"{label}：{text}" if text else ""


def _fee(event: Event) -> str:
    if event.fee is None:
        return event.fee_note
    return " ".join(filter(None, ["無料" if event.is_free else f"{event.fee:,}円", event.fee_note]))


def _application(event: Event) -> list[str]:
    closes_on, closes_at = event.application_closes_on, event.application_closes_at
    closes = day_text(closes_on) + (clock(closes_at) if closes_at else "") if closes_on else ""
    if event.application == Application.NOT_NEEDED:
        return [event.get_application_display()]
    ways = [event.application_url, event.application_email, event.application_phone]
    return [
        _labelled("申込", " ".join(filter(None, [event.get_application_display(), *ways]))),
        _labelled("申込の締切", closes),
    ]


def _contact(event: Event) -> str:
    phone = event.contact_phone
    if phone and event.contact_extension:
        phone = f"{phone}（内線 {event.contact_extension}）"
    return " ".join(filter(None, [event.contact_name, phone, event.contact_email]))


def _text(text: str) -> str:
    """The text with line feeds as the only control characters, and without backslashes: many clients read the
    escaped one before an "n" as the end of a line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "＼")
    return _CONTROLS.sub(" ", text)


def _line(text: str) -> str:
    return " ".join(_text(text).split())
