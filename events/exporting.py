"""Events as rows under the header of 推奨データセット イベント一覧; to read them back changes nothing."""

from collections.abc import Iterable, Iterator
from datetime import date, time
from itertools import islice

from events.choices import Application
from events.importing import values
from events.importing.columns import STANDARD
from events.importing.files import clean
from events.importing.whens import MONTH_ONLY
from events.models import Event
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, RegionKind

BATCH = 500
# Marks our own numbers, which name an event for ever; those of the organizers' tables are only good within each.
NUMBER_PREFIX = "portal-"


def rows(pks: Iterable[int]) -> Iterator[list[str]]:
    """The header, then the public ones of the events ``pks`` in their order, never more than some at a time."""
    yield list(STANDARD.values())
    pks = iter(pks)
    while batch := list(islice(pks, BATCH)):
        events = Event.objects.published().select_related("organization").prefetch_related("regions").in_bulk(batch)
        for pk in batch:
            if pk in events:
                yield cells_of(events[pk])


def cells_of(event: Event) -> list[str]:
    """One event as a row."""
    region = first_region(event)
    cells = {
        "code": code_of(region),
        "external_id": f"{NUMBER_PREFIX}{event.pk}",
        **_place_names(region),
        **{name: getattr(event, name) for name in _AS_IT_IS},
        "start_date": _day(event.start_date),
        "end_date": _day(event.end_date),
        "start_time": _time(event.start_time),
        "end_time": _time(event.end_time),
        "schedule_note": event.schedule_note or (MONTH_ONLY if event.only_month_known else ""),
        "description": _description(event),
        "fee": _number(event.fee),
        "organizer": "、".join(filter(None, [event.organization.name, event.co_organizers_note])),
        "latitude": _number(event.latitude),
        "longitude": _number(event.longitude),
        "capacity": _number(event.capacity),
        "application_closes_on": _day(event.application_closes_on),
        "application_closes_at": _time(event.application_closes_at),
        "application_note": _application(event),
    }
    return [clean(cells.get(key, "")) for key in STANDARD]


_AS_IT_IS = (
    *("title", "title_kana", "title_english", "fee_note", "contact_name", "contact_phone", "contact_extension"),
    *("venue", "address", "access", "parking", "url", "remarks"),
)


def first_region(event: Event) -> Region | None:
    return min(event.regions.all(), key=lambda region: region.code, default=None)


def code_of(region: Region | None) -> str:
    """The six digits; "" for what is not in one place."""
    if region is None or region.code == NATION_CODE:
        return ""
    return region.local_government_code if region.kind == RegionKind.PREFECTURE else region.code


def _place_names(region: Region | None) -> dict[str, str]:
    if region is None or region.code == NATION_CODE:
        return {"prefecture": "", "municipality": ""}
    if region.kind == RegionKind.PREFECTURE:
        return {"prefecture": region.name, "municipality": ""}
    prefecture = registry.regions()[region.prefecture_code].name
    return {"prefecture": prefecture, "municipality": region.full_name.removeprefix(prefecture)}


def _description(event: Event) -> str:
    """The whole text of what was read from a table, where it was too long for a summary."""
    is_from_a_table = values.described(event.content) == (event.summary, event.content)
    return event.content if event.content and is_from_a_table else event.summary


def _application(event: Event) -> str:
    note = event.application_note
    if event.application == Application.NEEDED and (not note or values.application(note)[0] == Application.NEEDED):
        return note
    return "。".join(filter(None, [event.get_application_display(), note]))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _time(at: time | None) -> str:
    return f"{at:%H:%M}" if at is not None else ""


def _number(number) -> str:
    return "" if number is None else str(number)
